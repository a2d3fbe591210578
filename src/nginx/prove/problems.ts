import type { AnswerHead } from '../../wire/http-head.ts';
import type { Configuration, Directive, Position } from '../parse/tree.ts';
import { everyDirective } from './copy/definitions.ts';
import { Gates } from './gates.ts';
import { type Measured, type SiteResult, type SocketResult, serversOf } from './measure.ts';
import type { CookieResult } from './measurements/cookies.ts';
import { explains, type IdleResult, lifeOfIdle } from './measurements/idle.ts';
import { hostText } from './measurements/origin.ts';
import type { UpgradeResult } from './measurements/upgrade.ts';

/** What of the measured is wrong, whoever said so before: each with the rules whose matter it is. */
export interface Problem {
  /** `wrong` makes the exit code 1; `note` is to be known. */
  readonly weight: 'wrong' | 'note';
  readonly site: string;
  readonly says: string;
  /** The line in force, where one is known. */
  readonly at: Position | null;
  readonly rules: readonly string[];
}

/** nginx-rules, WS011: below it a reload is a mass drop. */
const SHORT_SHUTDOWN_MS = 60_000;

/** What sign-in systems are known to send in one line, and what nginx's own buffers have room for. */
export const USUAL_SENT_BYTES = 8 * 1024;
export const USUAL_SET_BYTES = 2 * 1024;

export const isCookieProblem =
  (usualBytes: number) =>
  ({ bytes, status }: CookieResult): boolean =>
    status !== 101 && bytes <= usualBytes;

/** Mattermost pings every 60 s; a timer has to be well past that (nginx-rules, WS008). */
export const LEAST_IDLE_MS = 75_000;

/**
 * @param scale by which the copy's timers are divided: measured times are multiplied by it
 * @param mattermost the server blocks that are before Mattermost; what is wrong on others is only noted
 */
export function problemsOf(
  configuration: Configuration,
  measured: Measured,
  scale: number,
  mattermost: ReadonlySet<Directive>,
): readonly Problem[] {
  const gates = new Gates(configuration);
  const problems = measured.sites
    .filter((site) => site.kind === 'proxied' || isMeantToProxy(site, mattermost))
    .flatMap((site) => {
      const own = serversOf(site).some((server) => mattermost.has(server));
      return [...ofSite(site, gates, measured, scale)].map(
        (problem): Problem => (own ? problem : { ...problem, weight: 'note' }),
      );
    });
  return [...problems, ...ofReload(measured, scale)];
}

/** It has a backend, and none of the requests came to it. */
function isMeantToProxy(site: SiteResult, mattermost: ReadonlySet<Directive>): boolean {
  if (site.kind === 'redirect') return false;
  return serversOf(site).some(
    (server) => mattermost.has(server) && [...everyDirective([server])].some(({ name }) => name === 'proxy_pass'),
  );
}

function* ofSite(site: SiteResult, gates: Gates, measured: Measured, scale: number): Iterable<Problem> {
  const at = site.site.origin;
  if (site.clientCertificate !== null) {
    const says = `nginx asks for a client's certificate (ssl_verify_client ${site.clientCertificate.args[0]?.text}); what follows was measured with one that it takes`;
    yield { weight: 'note', site: at, says, at: placeOf(site.clientCertificate.nameWord.span), rules: [] };
  }
  if (site.site.authorization !== null) {
    const says = 'nginx asks for a name and a password first (auth_basic); what follows was measured with them';
    yield { weight: 'note', site: at, says, at: null, rules: ['WS031'] };
  }
  const [main] = site.upgrades;
  const shutOut = main === undefined || main.through ? null : gates.of(main);
  for (const upgrade of site.upgrades) {
    const { path, through, answer, failure, answered } = upgrade;
    if (through || path.kind === 'literal') continue;
    const became = answer === null ? (failure ?? 'no answer') : answerText(upgrade, answer);
    const gate = gates.of(upgrade);
    const unless = gate === null ? '' : `; an "if" about $${gate.variable} says so, and real clients may have another`;
    const says = `an upgrade of ${path.path} does not get through: ${became}${unless}`;
    const by = gate?.at ?? answered?.scope.directive;
    const place = by === undefined ? null : placeOf(by.nameWord.span);
    yield {
      weight: path.kind === 'main' && gate === null ? 'wrong' : 'note',
      site: at,
      says,
      at: place,
      rules: UPGRADE_RULES[path.kind],
    };
  }
  if (site.origin !== null && !site.origin.accepted) {
    const unless = site.withoutPort ? '; behind a proxy on the scheme’s own port it does not' : '';
    const says = `a browser's Origin ${site.origin.origin} meets ${hostText(site.origin)} at the backend, which refuses it${unless}`;
    yield { weight: site.withoutPort ? 'note' : 'wrong', site: at, says, at: null, rules: ['WS017', 'WS007'] };
  }
  yield* ofIdle(at, site.sockets, measured, scale);
  for (const socket of site.sockets) yield* ofRearming(at, socket, scale);
  for (const { method, path, status, failure } of site.plain.requests) {
    if (status !== null && status < 400) continue;
    const weight = (status === null || status >= 500) && shutOut === null ? 'wrong' : 'note';
    yield {
      weight,
      site: at,
      says: `a plain ${method} ${path} ${status === null ? `fails: ${failure}` : `gets ${status}`}`,
      at: null,
      rules: PLAIN_RULES.get(status) ?? [],
    };
  }
  yield* ofCookies(site);
}

function answerText({ unfit, received }: UpgradeResult, { status, reason }: AnswerHead): string {
  if (unfit.length > 0)
    return `the 101 comes without the right ${unfit.join(', ')}, and no client takes it for a WebSocket`;
  if (received === null) return `nginx answers ${status} ${reason}`.trim();
  const who = received.status === status ? 'the backend' : `nginx, for the backend's ${received.status},`;
  return `${who} answers ${status} ${reason}`.trim();
}

/** What keeps any socket from getting through. */
const ANY_SOCKET = [
  'WS001',
  'WS002',
  'WS007',
  'WS008',
  'WS012',
  'WS013',
  'WS017',
  'WS028',
  'WS031',
  'WS045',
  'WS046',
] as const;

const UPGRADE_RULES = {
  main: [...ANY_SOCKET, 'WS003', 'WS004', 'WS015', 'WS030', 'WS032', 'WS034'],
  slash: [...ANY_SOCKET, 'WS014', 'WS015'],
  plugin: [...ANY_SOCKET, 'WS016'],
  literal: [],
} as const;

/** Whose matter it is that nginx answers a page with it. */
const PLAIN_RULES: ReadonlyMap<number | null, readonly string[]> = new Map([
  [500, ['WS028', 'WS031']],
  [502, ['WS028', 'WS046']],
  [504, ['WS008']],
]);

/** Sockets that one line cuts are one matter. */
function* ofIdle(
  site: string,
  sockets: readonly SocketResult[],
  { isPiece }: Measured,
  scale: number,
): Iterable<Problem> {
  const cut = sockets.filter(
    ({ idle, timer }) => idle.kind === 'cut' && lifeOfIdle(idle.afterMs, timer, scale) < LEAST_IDLE_MS,
  );
  for (const those of Map.groupBy(cut, ({ timer }) => timer?.from ?? null).values()) {
    const [first] = those;
    if (first?.idle.kind !== 'cut') continue;
    const times = those.flatMap(({ idle }) => (idle.kind === 'cut' ? [idle.afterMs * scale] : []));
    const paths = those.map(({ path }) => path.path).join(', ');
    const says = `an idle socket of ${paths} is cut after ${spread(times)}${cause(first.idle, first.timer, scale)}; Mattermost pings every 60 s`;
    const at = first.timer?.from == null ? null : placeOf(first.timer.from.nameWord.span);
    const isMattermosts = those.some(({ path }) => path.kind === 'main' || path.kind === 'slash');
    // Around a piece there may be a line that sets it.
    const maybeSet = isPiece && first.timer?.from == null;
    const weight = isMattermosts && !maybeSet ? 'wrong' : 'note';
    yield { weight, site, says, at, rules: ['WS008'] };
  }
  const silent = sockets.find(({ idle }) => idle.kind === 'cut' && idle.logged.info && !idle.logged.operator);
  if (silent !== undefined && !isPiece) {
    const says = `nginx's error log is silent about the idle socket of ${silent.path.path} that it cut: the line is at level info`;
    yield { weight: 'note', site, says, at: null, rules: ['WS009'] };
  }
}

function spread(times: readonly number[]): string {
  const [least, most] = [seconds(Math.min(...times)), seconds(Math.max(...times))];
  return least === most ? least : `${least} to ${most}`;
}

function* ofRearming(
  site: string,
  { path, timer, idle, rearmedByClient, rearmedByServer }: SocketResult,
  scale: number,
): Iterable<Problem> {
  for (const [side, result] of [
    ['client', rearmedByClient],
    ['server', rearmedByServer],
  ] as const) {
    if (result.kind !== 'not-rearmed') continue;
    const says = `a ping from the ${side} does not keep ${path.path} open: cut after ${seconds(result.afterMs * scale)}`;
    // When to ping was told by the timer: unless that is what cuts, the ping may have come at a bad time.
    const known = timer !== null && idle.kind === 'cut' && explains(idle.afterMs, timer, scale);
    yield { weight: known ? 'wrong' : 'note', site, says, at: null, rules: [] };
  }
}

/** ` by proxy_read_timeout`, where that is what it was. */
function cause(idle: Extract<IdleResult, { kind: 'cut' }>, timer: SocketResult['timer'], scale: number): string {
  if (timer === null || !explains(idle.afterMs, timer, scale)) return ', by no timer that the configuration names';
  return timer.from === null ? ` by ${timer.name}, nginx's default` : ` by ${timer.name}`;
}

function* ofCookies({ site, sentCookies, setCookies }: SiteResult): Iterable<Problem> {
  const sent = sentCookies.find(isCookieProblem(USUAL_SENT_BYTES));
  if (sent !== undefined) {
    const says = `an upgrade with ${kib(sent.bytes)} of cookies gets ${sent.status ?? 'no answer'}`;
    yield { weight: 'note', site: site.origin, says, at: null, rules: ['WS036'] };
  }
  const set = setCookies.find(isCookieProblem(USUAL_SET_BYTES));
  if (set !== undefined) {
    const says = `when the answer sets a cookie of ${kib(set.bytes)} the client gets ${set.status ?? 'no answer'}, though the backend upgrades`;
    yield { weight: 'note', site: site.origin, says, at: null, rules: ['WS036'] };
  }
}

function* ofReload({ reload, shutdownTimeout, isPiece }: Measured, scale: number): Iterable<Problem> {
  if (reload === null) return;
  const at = shutdownTimeout.from === null ? null : placeOf(shutdownTimeout.from.nameWord.span);
  if (!reload.opensNew)
    yield { weight: 'wrong', site: 'reload', says: 'no new socket opens after a reload', at, rules: [] };
  const [first] = reload.cutAfterMs;
  if (first !== undefined && first * scale < SHORT_SHUTDOWN_MS) {
    const says = `a reload cuts ${reload.cutAfterMs.length} of ${reload.open} open sockets, ${seconds(first * scale)} after the signal`;
    yield { weight: 'note', site: 'reload', says, at, rules: ['WS011'] };
  }
  if (first === undefined && shutdownTimeout.ms === null && !isPiece) {
    const says = 'after a reload open sockets stay with the old worker, which ends only when the last of them does';
    yield { weight: 'note', site: 'reload', says, at, rules: ['WS011'] };
  }
}

const placeOf = ({
  source,
  start,
}: {
  readonly source: { position(offset: number): Position };
  readonly start: number;
}): Position => source.position(start);

/** `59.9 s`. */
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

export const kib = (bytes: number): string => `${bytes / 1024} KB`;
