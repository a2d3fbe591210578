import type { Received } from './backend.ts';
import {
  droppedHeaders,
  forwardedProto,
  missingToken,
  missingUpgrade,
  receivedQuery,
  rewrittenPath,
  sentHost,
} from './evidence-requests.ts';
import { cookieRuling, idleRuling, loggedRuling, reloadRuling } from './evidence-timers.ts';
import type { SiteResult } from './measure.ts';
import type { PlainRequest } from './measurements/plain.ts';
import type { UpgradeResult } from './measurements/upgrade.ts';
import { type Asked, confirmed, type Evidence, type Ruling, refuted, type Shown, untestable } from './ruling.ts';

/** What the measurements say to each rule's claim. */

const OWN_LIMITS = 'the copy has limits of its own';
const OVER_HTTP1 = 'only WebSockets over HTTP/1.1 are measured';
const NO_EFFECT = 'it has no effect on a WebSocket, so there is nothing to measure';

const UNTESTABLE: Readonly<Record<string, string>> = {
  WS010: 'the copy writes logs of its own',
  WS022: 'QUIC is not run',
  WS023: OVER_HTTP1,
  WS024: OWN_LIMITS,
  WS025: OWN_LIMITS,
  WS026: NO_EFFECT,
  WS030: 'the copy is without it, as everything is measured at once',
  WS035: 'the copy has no proxy before it',
  WS037: 'no file is uploaded',
  WS038: NO_EFFECT,
  WS039: NO_EFFECT,
  WS040: 'on loopback nothing goes silent',
  WS041: 'no slow client and no slow server is made',
  WS043: 'the hops are not run behind each other',
  WS044: "every upstream of the copy is hangup's backend",
};

type Weigh = (evidence: Evidence) => Ruling;

const RULINGS: Readonly<Record<string, Weigh>> = {
  WS001: ofReceived(missingUpgrade),
  WS002: ofReceived((request) => missingToken(request, 'connection', 'upgrade')),
  WS003: ofReceived(({ httpVersion }) => ({ wrong: httpVersion !== '1.1', says: `it arrives as HTTP/${httpVersion}` })),
  WS004: () => refuted('this nginx starts with it'),
  WS005: (evidence) =>
    ofPlain(evidence, (connection) => connection?.toLowerCase() === 'upgrade', evidence.finding.severity !== 'note'),
  WS006: (evidence) => ofPlain(evidence, (connection) => connection?.toLowerCase() === 'close', false),
  WS007: ({ asked }) => ofEach(asked, ({ upgrade, site }) => droppedHeaders(upgrade, site)),
  WS008: (evidence) =>
    evidence.finding.measured === 'times-out-at-once' ? timesOut(evidence.asked) : idleRuling(evidence),
  WS009: loggedRuling,
  WS011: reloadRuling,
  WS012: ({ asked, finding }) =>
    ofEach(asked, ({ upgrade }) =>
      finding.measured === 'query-dropped' ? receivedQuery(upgrade) : rewrittenPath(upgrade),
    ),
  WS013: ({ asked }) => {
    const main = asked.find(({ upgrade }) => upgrade.path.kind === 'main');
    if (main === undefined) return refuted('nginx answers Mattermost’s socket elsewhere');
    return confirmed(
      `nginx answers ${main.upgrade.path.path} there${main.upgrade.through ? ', and the upgrade gets through' : ''}`,
    );
  },
  WS014: ({ sites }) => gettingThrough(sites, 'slash'),
  WS015: ({ sites }) => gettingThrough(sites, 'main'),
  WS016: ({ sites }) => gettingThrough(sites, 'plugin'),
  WS017: ({ asked, finding }) =>
    finding.measured === 'host-unknown' && asked.every(({ site }) => isCatchAll(site))
      ? untestable('which name browsers ask for is not in the configuration')
      : ofEach(asked, ({ upgrade, site }) => sentHost(upgrade, site)),
  WS018: ({ asked }) => {
    const secure = asked.filter(({ site }) => site.site.listener.ssl);
    return ofEach(secure, ({ upgrade: { received } }) => (received === null ? null : forwardedProto(received)));
  },
  WS019: ({ asked }) => {
    const inside = asked.find(({ upgrade }) => upgrade.answered?.scope.directive.name === 'if');
    return inside === undefined
      ? untestable('none of these requests ran into it')
      : confirmed(`the \`if\` answers ${inside.upgrade.path.path}`);
  },
  WS020: unknownName,
  WS021: ({ sites, finding }) =>
    finding.measured === 'http2-only' ? gettingThrough(sites, 'main') : untestable(OVER_HTTP1),
  WS027: (evidence) =>
    evidence.finding.measured === 'keepalive-unused'
      ? ofPlain(evidence, (connection, { httpVersion }) => connection !== null || httpVersion === '1.0', true)
      : untestable('the race is lost only now and then, after an idle minute'),
  WS028: ({ asked, finding }) =>
    finding.measured === 'answered-with-500'
      ? refusedWith(asked, 500)
      : confirmedOr(refusedWith(asked, 502), 'the copy asks no DNS'),
  WS029: ofReceived(({ tls, serverName }) =>
    tls ? { wrong: serverName === null, says: `in TLS nginx names ${serverName ?? 'no server'}` } : null,
  ),
  WS031: ({ asked, sites, finding }) => {
    if (finding.measured === 'answered-with-500') return refusedWith(asked, 500);
    if (finding.measured === 'client-certificate') return untestable("hangup's own client has a certificate");
    if (sites.some(({ site }) => site.authorization !== null))
      return confirmed('without a name and a password nginx answers 401');
    const refusal = asked.find(
      ({ upgrade }) => upgrade.received === null && is(upgrade.answer?.status, 301, 302, 303, 307, 401, 403),
    );
    return refusal === undefined
      ? untestable(
          "nobody was turned away: hangup's backend says yes to who asks it for leave, and its client may enter",
        )
      : confirmed(`without a sign-in ${refusal.upgrade.path.path} gets ${refusal.upgrade.answer?.status}`);
  },
  WS032: ({ askedAnywhere }) =>
    ofEach(askedAnywhere, ({ site, upgrade: { path, answer, received } }) => {
      if (answer === null) return null;
      const redirects = received === null && is(answer.status, 301, 302, 303, 307, 308);
      return { wrong: redirects, says: `${path.path} gets ${answer.status} on ${site.site.listener.address}` };
    }),
  WS033: ({ sites, finding }) => {
    if (finding.measured !== 'refusal-hidden') return untestable('the backend is never down');
    const hidden = sites.find(({ refusal }) => refusal.backend !== null && refusal.backend !== refusal.client);
    return hidden === undefined
      ? untestable(`the backend's 403 reaches the client as it is; no other refusal was tried`)
      : confirmed(`the backend's ${hidden.refusal.backend} reaches the client as ${hidden.refusal.client}`);
  },
  WS034: ({ asked, finding }) =>
    finding.measured === 'never-proxied'
      ? ofEach(asked, ({ upgrade: { path, received } }) => ({
          wrong: received === null,
          says: `${path.path} ${received === null ? 'does not reach' : 'reaches'} the backend`,
        }))
      : untestable('it shows only when several clients come at once'),
  WS036: cookieRuling,
  WS042: headerArrives,
  WS045: answerHeader,
  WS046: ({ asked, finding }) => {
    if (finding.measured === 'all-down') return refusedWith(asked, 502);
    return finding.measured === 'old-tls-only' ? handshakeFails(asked) : refusedByNginx(asked);
  },
};

/** It takes the backend's answer to show what is left of it. */
function answerHeader({ finding, asked }: Evidence): Ruling {
  const header = typeof finding.measured === 'object' ? finding.measured.header : null;
  return ofEach(asked, ({ upgrade: { path, received, answer, unfit } }) => {
    if (received?.status !== 101 || answer?.status !== 101) return null;
    const lost = unfit.find((name) => name.toLowerCase() === header);
    return lost === undefined
      ? { wrong: false, says: `the 101 for ${path.path} reaches the client with it` }
      : { wrong: true, says: `the backend's 101 for ${path.path} reaches the client without ${lost}` };
  });
}

const refusedByNginx = (asked: readonly Asked[]): Ruling =>
  ofEach(asked, ({ upgrade: { path, answer, received } }) => {
    if (received !== null) return { wrong: false, says: `${path.path} reaches the backend` };
    if (answer === null || answer.status < 400) return null;
    return { wrong: true, says: `nginx answers ${answer.status} to ${path.path}` };
  });

const timesOut = (asked: readonly Asked[]): Ruling =>
  ofEach(asked, ({ upgrade: { path, answer, through } }) => {
    if (through) return { wrong: false, says: `an upgrade of ${path.path} gets through` };
    return answer?.status === 504 ? { wrong: true, says: `nginx answers 504 to ${path.path}` } : null;
  });

function handshakeFails(asked: readonly Asked[]): Ruling {
  const failed = asked.find(({ upgrade }) => /^TLS fails/.test(upgrade.failure ?? ''));
  return failed === undefined
    ? untestable('no TLS handshake failed, as hangup’s own client speaks the old protocols, too')
    : confirmed(`${failed.upgrade.failure}`);
}

/** The finding names the header; what nginx sent is looked through for it. */
function headerArrives({ finding, asked, sites }: Evidence): Ruling {
  const header = typeof finding.measured === 'object' ? finding.measured.header : null;
  const upgrades = asked.flatMap(
    ({ upgrade: { received } }) => received?.headers.filter((_, nth) => nth % 2 === 0) ?? [],
  );
  const names = [...upgrades, ...sites.flatMap(({ plain }) => plain.requests.flatMap((request) => request.names))];
  return names.some((name) => name.toLowerCase() === header)
    ? confirmed('the backend receives it as a header of the request')
    : untestable('no request that was made passes this line');
}

export function rulingOn(evidence: Evidence): Ruling {
  const { id } = evidence.finding.rule;
  const weigh = Object.hasOwn(RULINGS, id) ? RULINGS[id] : undefined;
  return weigh === undefined ? untestable(UNTESTABLE[id] ?? 'nothing that was measured shows it') : weigh(evidence);
}

/** The name that was asked for there is made up, or taken from the very line in question. */
const isCatchAll = ({ site: { name } }: SiteResult): boolean => name === '' || name === '_';

const is = (status: number | undefined, ...those: readonly number[]): boolean =>
  status !== undefined && those.includes(status);

/** One request that shows the fault is enough to confirm it; all have to be without it to refute it. */
function ofEach(asked: readonly Asked[], show: (each: Asked) => Shown | null): Ruling {
  const shown = asked.map(show).filter((each) => each !== null);
  const wrong = shown.find((each) => each.wrong);
  if (wrong !== undefined) return confirmed(wrong.says);
  const [fine] = shown;
  return fine === undefined ? untestable('no upgrade that was measured gets there') : refuted(fine.says);
}

/** That nginx answers by itself, and with what. */
function refusedWith(asked: readonly Asked[], ...statuses: readonly number[]): Ruling {
  return ofEach(asked, ({ upgrade: { path, answer, received } }) => {
    if (received !== null) return { wrong: false, says: `${path.path} reaches the backend` };
    if (!is(answer?.status, ...statuses)) return null;
    return { wrong: true, says: `nginx answers ${answer?.status} to ${path.path}` };
  });
}

/** Where the copy may be kinder than the original, its being so refutes nothing. */
const confirmedOr = (ruling: Ruling, because: string): Ruling =>
  ruling.verdict === 'confirmed' ? ruling : untestable(because);

function ofReceived(show: (request: Received) => Shown | null): Weigh {
  return ({ asked }) => ofEach(asked, ({ upgrade: { received } }) => (received === null ? null : show(received)));
}

/** @param refutes whether the claim is about every plain request, so that those without the fault refute it */
function ofPlain(
  { sites }: Evidence,
  wrong: (connection: string | null, request: PlainRequest) => boolean,
  refutes: boolean,
): Ruling {
  const reached = sites.flatMap(({ plain }) => plain.requests).filter((request) => request.reached);
  const shows = reached.find((request) => wrong(request.connection, request));
  const seen = shows ?? reached[0];
  if (seen === undefined) return untestable('no plain request reached the backend');
  const { method, path, connection, httpVersion } = seen;
  const says = `${method} ${path} arrives over HTTP/${httpVersion} with ${connection === null ? 'no Connection header' : `"Connection: ${connection}"`}`;
  if (shows !== undefined) return confirmed(says);
  return refutes ? refuted(says) : untestable(says);
}

function gettingThrough(sites: readonly SiteResult[], kind: UpgradeResult['path']['kind']): Ruling {
  const upgrades = sites.flatMap((site) => site.upgrades).filter(({ path }) => path.kind === kind);
  const failed = upgrades.find((upgrade) => !upgrade.through);
  if (failed !== undefined) return confirmed(`${failed.path.path} gets ${failed.answer?.status ?? failed.failure}`);
  const [first] = upgrades;
  return first === undefined
    ? untestable('it was not measured')
    : refuted(`an upgrade of ${first.path.path} gets through`);
}

function unknownName({ measured, sites, finding, servers }: Evidence): Ruling {
  if (finding.measured === 'server-never-chosen') {
    const asked = measured.sites.some(({ server }) => server !== null && servers.has(server));
    return asked
      ? untestable('it answers to other names')
      : confirmed('no request that was made is answered by this server');
  }
  const addresses = new Set(sites.map(({ site }) => site.listener.address));
  const result = measured.unknownNames.find(({ address }) => addresses.has(address));
  if (result === undefined || result.scope === null) return untestable('nginx did not say who answers');
  const { span } = result.scope.directive.nameWord;
  const { file, line } = span.source.position(span.start);
  return confirmed(`a name that is nobody's is answered at ${file}:${line}, with ${result.status ?? 'nothing'}`);
}
