import type { CloseFrameSeen } from '../../evidence/fact.ts';
import { CLIENT_LOG, TERMINATING_HOP } from '../ask.ts';
import { pendingClientPing } from '../client-ping.ts';
import { called } from '../neighbour.ts';
import { closeFrame, type Reading } from '../reading.ts';
import { DECLARE } from '../remedy.ts';
import type { Rule } from '../rule.ts';
import type { Certainty, Evidence } from '../verdict.ts';
import { duration, saw } from '../wording.ts';

/**
 * Codes that a server or a terminating proxy sends, not a client (RFC 6455 §7.4.1, IANA registry; browsers can send 1000 and
 * 3000–4999 on request and 1001, 1002, 1007 and 1009 by themselves).
 */
const NOT_A_CLIENTS: ReadonlySet<number> = new Set([1008, 1011, 1012, 1013, 1014]);

/**
 * A masked Close frame first on the client leg is the client's decision, through any number of proxies that pass frames on
 * (GROUND-TRUTH §1 b1–b4, §13.3). FIN, RST and a lost echo after it are no evidence.
 */
export const clientCloseFrame: Rule = {
  id: 'client-close-frame',
  summary: 'a masked Close frame came first, from the client leg',
  causes: ['client-close', 'client-going-away'],
  lastResort: true,
  judge(reading) {
    const close = closeFrame(reading);
    if (close?.from !== 'client' || !close.masked) return null;
    const neighbour = reading.neighbours.client;
    const goingAway = close.code === 1001;
    const certainty = certaintyOf(reading, close);
    return {
      closedBy: 'client',
      hop: 'client',
      cause: goingAway ? 'client-going-away' : 'client-close',
      certainty,
      summary: summaryOf(close, reading, certainty),
      evidence: [...pingEvidence(reading), ...nextUrlEvidence(reading)],
      ruledOut: ruledOut(reading, certainty),
      remedy: neighbour.proxied && !neighbour.declared ? DECLARE : null,
      witness: certainty === 'certain' ? CLIENT_LOG : TERMINATING_HOP,
    };
  },
};

/** Sure unless something that speaks WebSocket itself may stand between, or the frame is no client's. */
function certaintyOf(reading: Reading, close: CloseFrameSeen): Certainty {
  if (!reading.neighbours.client.transparent || close.echo) return 'likely';
  return close.code !== null && NOT_A_CLIENTS.has(close.code) ? 'likely' : 'certain';
}

function summaryOf(close: CloseFrameSeen, reading: Reading, certainty: Certainty): string {
  const code = close.code === null ? 'no code (its API shows 1005)' : `code ${close.code}`;
  const doubt =
    certainty === 'certain' ? '' : `, unless ${called(reading.neighbours.client, 'client')} made that frame`;
  if (close.code === 1001) return `The client went away: it sent a Close frame with code 1001${doubt}.`;
  return `The client closed the connection itself: it sent a Close frame with ${code} first${doubt}.`;
}

function ruledOut(reading: Reading, certainty: Certainty): { who: string; because: string }[] {
  const others = [
    { who: 'server', because: "the client's Close frame came before any act of the server leg" },
    { who: 'network', because: 'a lost path makes no Close frame' },
  ];
  const neighbour = reading.neighbours.client;
  if (!neighbour.proxied || certainty !== 'certain') return others;
  return [
    ...others,
    { who: called(neighbour, 'client'), because: 'it passes frames on and never makes a masked Close frame' },
  ];
}

function pingEvidence(reading: Reading): Evidence[] {
  const ping = pendingClientPing(reading);
  if (ping === null) return [];
  return [
    saw(
      ping.at,
      'client',
      `the client sent ${ping.what} that had no answer ${duration(ping.ageMs)} later, when it closed`,
    ),
  ];
}

function nextUrlEvidence(reading: Reading): Evidence[] {
  const { nextUrl } = reading;
  if (nextUrl === null || nextUrl.code === '') return [];
  const meaning = nextUrl.code === '4001' ? ': it had missed an event (sequence mismatch)' : '';
  return [saw(nextUrl.at, 'client', `the same client came back saying disconnect_err_code=${nextUrl.code}${meaning}`)];
}
