import type { Timeline } from '../evidence/timeline.ts';
import { type ActFact, actor, type Reading, read } from './reading.ts';
import type { Cause, Verdict } from './verdict.ts';

/**
 * What Mattermost's own log says of an end (FIELD-NOTES §1). Pure. It follows from what reached Mattermost, whoever caused it: a
 * proxy's timer and a killed client leave the same line.
 */
export interface ServerLog {
  /** As in Mattermost's console format; as JSON the first part is `msg`, the others are fields. */
  readonly line: string;
  readonly level: 'DEBUG' | 'INFO';
  readonly note: string;
}

/** @returns null where it cannot be told, or where the server is not Mattermost */
export function serverLog(verdict: Verdict, timeline: Timeline): ServerLog | null {
  const reading = read(timeline);
  if (reading.mattermost.known === 'no') return null;
  if (verdict.cause === 'upgrade-refused') return refusedUpgrade(verdict);
  const { act, upgraded } = reading;
  if (act === null || !upgraded) return null;
  if (verdict.closedBy === 'server') return OWN_ENDS[verdict.cause] ?? null;
  return actor(reading) === 'server' ? throughItsProxy(reading, verdict) : whatArrived(reading, act);
}

const AT_DEBUG =
  'Only at level DEBUG, which is off by default: MM_LOGSETTINGS_CONSOLELEVEL=DEBUG. Up to 6.2 such lines begin with websocket.read.';

/** Mattermost closed first: then its own reads and writes fail. */
const OWN_ENDS: Readonly<Partial<Record<Cause, ServerLog>>> = {
  'server-pong-timeout': closing('NextReader', 'read tcp …: i/o timeout', 'It had no pong for 100 s.'),
  'server-write-timeout': closing('send', 'write tcp …: i/o timeout', 'The client took nothing for 30 s.'),
  'server-queue-full': ownClosing('Its queue for this client was full.'),
  'server-bad-token': ownClosing('It had refused the token.'),
  'server-auth-timeout': {
    line: 'websocket.authTicker: did not authenticate ip_address=…',
    level: 'DEBUG',
    note: `${AT_DEBUG} A line "closing websocket" with "use of closed network connection" follows.`,
  },
  'server-message-too-big': closing('NextReader', 'websocket: read limit exceeded', 'Its limit is 8192 bytes.'),
  'server-protocol-error': closing(
    'NextReader',
    'websocket: …',
    'The error names the rule of framing that was broken.',
  ),
  'server-shutdown': {
    line: 'stopping websocket hub connections',
    level: 'INFO',
    note: 'If it was asked to stop; a server that was killed writes nothing.',
  },
};

function closing(source: string, error: string, note: string): ServerLog {
  return {
    line: `websocket.${source}: closing websocket error="${error}"`,
    level: 'DEBUG',
    note: `${note} ${AT_DEBUG}`,
  };
}

function ownClosing(note: string): ServerLog {
  return closing('NextReader', 'read tcp …: use of closed network connection', note);
}

const ended = (): ServerLog =>
  closing(
    'NextReader',
    'websocket: close 1006 (abnormal closure): unexpected EOF',
    'A FIN without a Close frame: it does not tell a proxy’s timer or reload from a client that was killed.',
  );

const reset = (): ServerLog => closing('NextReader', 'read tcp …: connection reset by peer', 'A reset arrived there.');

/** The client leg, or hangup itself, acted first: the same arrives at the other end, as far as a proxy in between lets it. */
function whatArrived(reading: Reading, act: ActFact): ServerLog | null {
  const { proxied, family, transparent } = reading.neighbours.server;
  switch (act.kind) {
    case 'close-frame':
      if (!transparent) return null;
      return act.masked ? closeFrame(act.code, act.reason) : unmasked(proxied);
    case 'fin':
      return ended();
    case 'rst':
    case 'lost':
    case 'tls-fault':
      if (!proxied || family === 'haproxy') return reset();
      // These turn a reset into a FIN (GROUND-TRUTH §1, §3).
      return family === 'nginx' || family === 'apache' || family === 'caddy' ? ended() : null;
    case 'own-close':
      // Both ends get a FIN; a leg whose peer was found dead is reset.
      return act.side === 'server' || act.why === 'limit' ? null : ended();
  }
}

/** A proxy between hangup and Mattermost acted: nginx, Apache and Caddy end both sides with a FIN (GROUND-TRUTH §2, §5). */
function throughItsProxy({ neighbours }: Reading, { closedBy, cause }: Verdict): ServerLog | null {
  const { family } = neighbours.server;
  if (closedBy !== 'proxy' || cause === 'proxy-injected-close') return null;
  if (family === 'nginx' || family === 'apache') return ended();
  return family === 'caddy' && cause === 'proxy-idle-timeout' ? ended() : null;
}

function closeFrame(code: number | null, reason: string): ServerLog {
  if (code === null || code === 1000) {
    return {
      line: 'websocket.NextReader: client side closed socket',
      level: 'DEBUG',
      note: `Only a Close frame with code 1000 or with none makes this line: nginx, which writes no Close frames, is not the closer. ${AT_DEBUG}`,
    };
  }
  const name = CLOSE_NAMES.get(code);
  const error = `websocket: close ${code}${name === undefined ? '' : ` (${name})`}${reason === '' ? '' : `: ${reason}`}`;
  return closing('NextReader', error, 'The Close frame’s own code and reason.');
}

/** Mattermost checks the mask (RFC 6455 §5.1); a proxy in between may have masked the frame anew. */
const unmasked = (proxied: boolean): ServerLog | null =>
  proxied ? null : closing('NextReader', 'websocket: incorrect mask flag', 'The Close frame bore no mask.');

/** As Mattermost's WebSocket library, gorilla/websocket, calls them. */
const CLOSE_NAMES: ReadonlyMap<number, string> = new Map([
  [1001, 'going away'],
  [1002, 'protocol error'],
  [1003, 'unsupported data'],
  [1007, 'invalid payload data'],
  [1008, 'policy violation'],
  [1009, 'message too big'],
  [1010, 'mandatory extension missing'],
  [1011, 'internal server error'],
]);

function refusedUpgrade({ closedBy, hop }: Verdict): ServerLog | null {
  if (closedBy !== 'server' || hop !== 'mattermost') return null;
  return {
    line: 'URL Blocked because of CORS http_code=400',
    level: 'DEBUG',
    note: `It says this of every upgrade that fails, whatever the reason: do not believe it. ${AT_DEBUG}`,
  };
}
