import type { Fact, FrameRecord, Side } from '../evidence/fact.ts';
import { harmless } from './harmless.ts';
import { grouped, span } from './times.ts';

/** One line of a story: where it was seen, and what. */
export interface Line {
  readonly at: number;
  readonly where: string;
  readonly says: string;
  /** Acts that end a connection stand out from what went before. */
  readonly ending: boolean;
}

/** A fact in words. Text of strangers is made harmless here. */
export function factLine(fact: Fact): Line {
  const line = (where: Side | 'hangup', says: string, ending = false): Line => ({ at: fact.at, where, says, ending });
  switch (fact.kind) {
    case 'upgrade-request': {
      const lost =
        fact.missing === null ? '' : `, stripped of ${fact.missing === 'both' ? 'both upgrade headers' : fact.missing}`;
      return line('client', `upgrade request from ${harmless(fact.peer)}${lost}`);
    }
    case 'upgrade-answer':
      return line(
        fact.own ? 'hangup' : 'server',
        `answer ${fact.status} ${harmless(fact.reason)}`.trimEnd(),
        fact.status !== 101,
      );
    case 'target-failed':
      return line('server', `target failed (${fact.stage}): ${harmless(fact.code)}, ${harmless(fact.says)}`, true);
    case 'close-frame': {
      const code = fact.code === null ? 'without a code' : String(fact.code);
      const reason = fact.reason === '' ? '' : ` "${harmless(fact.reason)}"`;
      return line(fact.from, `Close frame ${code}${reason}${fact.echo ? ', the answer to the other one' : ''}`, true);
    }
    case 'fin': {
      const tls = fact.closeNotify === false ? ', without TLS close_notify' : '';
      const inside = fact.insideFrame;
      const cut = inside === null ? '' : `, ${grouped(inside.got)} bytes into a frame of ${grouped(inside.of)}`;
      return line(fact.from, `FIN${tls}${cut}`, true);
    }
    case 'rst': {
      const after = fact.sinceWriteMs === null ? '' : `, ${span(fact.sinceWriteMs)} after hangup's last write`;
      return line(fact.from, `RST (${harmless(fact.errno)})${after}`, true);
    }
    case 'lost':
      return line(fact.from, `TCP gave up (${harmless(fact.errno)})`, true);
    case 'tls-fault':
      return line(fact.from, `TLS broke (${harmless(fact.code)}): ${harmless(fact.says)}`, true);
    case 'own-close':
      return line('hangup', `hangup closed it (${fact.why}): ${harmless(fact.says)}`, true);
    case 'pause':
      return line(fact.from, 'reading paused: the other side does not take the bytes');
    case 'resume':
      return line(fact.from, `reading resumed after ${span(fact.pausedMs)}`);
    case 'pong-missed':
      return line(fact.from, `no pong to hangup's ping, ${fact.missed} in a row`);
    case 'not-websocket':
      return line(fact.from, `not WebSocket from byte ${grouped(fact.byte)} on: ${faults(fact.faults)}`);
    case 'frame-fault':
      return line(fact.from, `frame ${grouped(fact.frame)} breaks RFC 6455: ${faults(fact.faults)}`);
    case 'together': {
      const clients =
        fact.clients === null ? '' : ` of ${fact.clients === 1 ? 'one client' : `${fact.clients} clients`}`;
      const when = fact.spreadMs < 1 ? 'in the same millisecond' : `within ${span(fact.spreadMs)}`;
      return line(fact.from, `${fact.count} connections${clients} ended ${when}, ${fact.survivors} stayed open`);
    }
    case 'target-refused':
      return line('server', `afterwards the target refused new connections (${harmless(fact.code)})`);
    case 'idle-recurs':
      return line(fact.from, `ended at ${span(fact.idleMs)} of idle time for the ${ordinal(fact.times)} time`);
    case 'idle-outlived':
      return line(
        fact.from,
        `another connection through the same neighbour was silent for ${span(fact.otherMs)}, longer than this one's ${span(fact.idleMs)}, and lived`,
      );
    case 'next-url':
      return line('client', `came back, saying of this end: code ${harmless(fact.code)}`);
    case 'mattermost-hello':
      return line('server', `Mattermost's hello: connection_id ${harmless(fact.connectionId)}`);
    case 'ended':
      return line('hangup', 'both legs are gone');
  }
}

const faults = (list: readonly string[]): string => list.map(harmless).join('; ');

function ordinal(n: number): string {
  const last = n % 100;
  const suffix = last >= 11 && last <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${suffix}`;
}

const OPCODES: Readonly<Record<number, string>> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'Close',
  9: 'ping',
  10: 'pong',
};

/** A frame in words: `text, 812 bytes (posted)`. */
export function frameLine(frame: FrameRecord): Line {
  const kind = OPCODES[frame.opcode] ?? `opcode ${frame.opcode}`;
  const name = frame.name === null ? '' : ` (${harmless(frame.name)})`;
  const part = frame.fin ? '' : ', to be continued';
  const packed = (frame.rsv & 4) === 0 ? '' : ', compressed';
  const own = frame.own ? (frame.opcode === 9 ? "hangup's own " : "to hangup's own: ") : '';
  return {
    at: frame.at,
    // A ping of hangup's own speaks for the side it seems to come from.
    where: frame.own && frame.opcode === 9 ? 'hangup' : frame.from,
    says: `${own}${kind}, ${grouped(frame.length)} ${frame.length === 1 ? 'byte' : 'bytes'}${name}${packed}${part}`,
    ending: false,
  };
}
