import type { UpgradeAnswered } from '../../evidence/fact.ts';
import { whoActed } from '../ask.ts';
import { serverProduct } from '../neighbour.ts';
import { header, type Reading } from '../reading.ts';
import { KEEP_HOST, ROUTE, raiseIdleTimer, restoreUpgrade } from '../remedy.ts';
import type { Rule } from '../rule.ts';
import { serverLog } from '../server-words.ts';
import type { Certainty, Evidence, Party, Refusal } from '../verdict.ts';
import { saw } from '../wording.ts';

/**
 * The server leg answered the upgrade with something else than a 101 (FIELD-NOTES §1 "Upgrade", GROUND-TRUTH §8). Only the
 * status and the request are believed: Mattermost's log blames CORS for every failed upgrade.
 */
export const refusedByAnswer: Rule = {
  id: 'refused-by-answer',
  summary: 'the upgrade was answered with another status than 101',
  causes: ['upgrade-refused'],
  judge(reading) {
    const { refusal } = reading;
    if (refusal?.kind !== 'upgrade-answer') return null;
    if (reading.request !== null && reading.request.missing !== null && !refusal.own) return null;
    if (refusal.own) return own(refusal);
    const what = explain(reading, refusal);
    const who = answeredBy(reading, refusal);
    return {
      ...who,
      cause: 'upgrade-refused',
      refusal: what.refusal,
      manner: 'refused',
      certainty: what.sure ? who.certainty : 'likely',
      summary: what.summary,
      evidence: evidence(reading, refusal),
      ruledOut: [
        { who: 'client', because: 'its request was whole and waiting for the answer' },
        { who: 'network', because: 'an answer came' },
      ],
      remedy: what.remedy,
      witness: reading.neighbours.server.proxied ? whoActed(reading.neighbours.server) : serverLog(reading),
    };
  },
};

function own(answer: UpgradeAnswered): ReturnType<Rule['judge']> {
  const body = answer.status === 400;
  return {
    closedBy: 'gateway',
    hop: 'hangup',
    cause: 'upgrade-refused',
    refusal: body ? 'protocol' : 'unreachable',
    manner: 'refused',
    certainty: 'certain',
    summary: `hangup answered ${answer.status} itself: ${body ? 'an upgrade request must not carry a body' : answer.reason || 'it could not serve the request'}.`,
    evidence: [],
    ruledOut: [{ who: 'server', because: 'hangup wrote this answer; the request never reached the server' }],
    remedy: body ? 'send the upgrade as a GET without Content-Length and Transfer-Encoding' : null,
    witness: "hangup's own log",
  };
}

/** The error of Mattermost's own upgrade, which answers 403 for an Origin and for nothing else (FIELD-NOTES §1). */
const UPGRADE_FAILED = 'api.web_socket.connect.upgrade.app_error';

interface Explanation {
  readonly refusal: Refusal;
  readonly summary: string;
  readonly remedy: string | null;
  /** Whether the status alone leaves no other reading. */
  readonly sure: boolean;
}

function explain(reading: Reading, answer: UpgradeAnswered): Explanation {
  const { status } = answer;
  const origin = header(reading.request?.headers, 'origin');
  const host = header(reading.request?.headers, 'host');
  if (status >= 300 && status < 400) {
    const to = header(answer.headers, 'location');
    return {
      refusal: 'redirect',
      sure: true,
      remedy: 'give the client the address that the redirect leads to; WebSocket clients do not follow it',
      summary: `The upgrade was answered with a redirect (${status}${to === null ? '' : ` to ${to}`}), which WebSocket clients do not follow.`,
    };
  }
  if (status === 401 || status === 407) {
    return {
      refusal: 'unauthorized',
      sure: true,
      remedy: 'give the client a valid token; the query parameter access_token takes OAuth tokens alone',
      summary: `The client's credentials were refused (${status}).`,
    };
  }
  if (status === 403 && origin !== null) {
    const differs = host !== null && !origin.toLowerCase().endsWith(`//${host.toLowerCase()}`);
    return {
      refusal: 'origin',
      sure: differs && (answer.body ?? '').includes(UPGRADE_FAILED),
      remedy: KEEP_HOST,
      summary: `The browser's Origin ${origin} was refused (403)${differs ? `: the request reached it with Host ${host}` : ''}.`,
    };
  }
  if (status === 403) {
    return {
      refusal: 'unauthorized',
      sure: false,
      remedy: null,
      summary: 'The upgrade was forbidden (403), and the request has no Origin that could be the reason.',
    };
  }
  if (status === 404 || status === 405 || status === 410 || (status >= 200 && status < 300)) {
    return {
      refusal: 'wrong-route',
      sure: true,
      remedy: ROUTE,
      summary: `The request reached something that is no WebSocket endpoint: ${reading.timeline.url.split('?')[0]} was answered with ${status}.`,
    };
  }
  if (status === 502 || status === 503 || status === 504) {
    return {
      refusal: 'unreachable',
      sure: false,
      remedy:
        status === 504
          ? raiseIdleTimer(reading.neighbours.server)
          : 'look at the server behind it: down, restarting or overloaded',
      summary: `Whoever answered could not reach or serve the endpoint (${status}).`,
    };
  }
  const remedy = status === 400 || status === 426 ? restoreUpgrade(reading.neighbours.client) : null;
  return {
    refusal: 'protocol',
    sure: false,
    remedy,
    summary: `The upgrade was refused as it stood (${status}${answer.reason === '' ? '' : ` ${answer.reason}`}).`,
  };
}

/** Who wrote the answer: behind a proxy it may be the proxy's own page, recognised by its name in the page. */
function answeredBy(
  reading: Reading,
  answer: UpgradeAnswered,
): { closedBy: Party; hop: string | null; certainty: Certainty } {
  const neighbour = reading.neighbours.server;
  const mattermost = reading.mattermost.known === 'spoke' || (answer.body ?? '').includes('api.web_socket');
  if (mattermost) return { closedBy: 'server', hop: 'mattermost', certainty: 'certain' };
  if (!neighbour.proxied) return { closedBy: 'server', hop: 'server', certainty: 'certain' };
  const name = neighbour.family ?? serverProduct(answer.headers);
  const itsPage = name !== null && (answer.body ?? '').toLowerCase().includes(name);
  if (itsPage || answer.status >= 502) return { closedBy: 'proxy', hop: neighbour.name, certainty: 'likely' };
  return { closedBy: 'server', hop: 'server', certainty: 'likely' };
}

function evidence(reading: Reading, answer: UpgradeAnswered): Evidence[] {
  const body = (answer.body ?? '').replace(/\s+/g, ' ').trim().slice(0, 160);
  const cors =
    reading.mattermost.known === 'no'
      ? []
      : [
          saw(
            answer.at,
            'hangup',
            'Mattermost logs "URL Blocked because of CORS" for every failed upgrade: that line is no evidence',
          ),
        ];
  return [saw(answer.at, 'server', `${answer.status} ${answer.reason}${body === '' ? '' : `: ${body}`}`), ...cors];
}
