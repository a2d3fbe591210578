import type { FrameRecord } from '../../../../evidence/fact.ts';
import type { Party } from '../../../../verdict/verdict.ts';
import { OPCODE } from '../../../../wire/opcodes.ts';
import { span } from '../../../../words/times.ts';

/** Who sent a frame, as the column shows it: the client stands on the left, the server on the right. */
export interface Direction {
  readonly who: 'client' | 'server' | 'hangup';
  readonly party: Party;
  readonly arrow: '→' | '←';
  readonly to: 'client' | 'server';
}

/** A ping of hangup's own goes the way of the side it speaks for (fact.ts, FrameRecord). */
export function directionOf({ from, own, opcode }: FrameRecord): Direction {
  const ours = own && opcode === OPCODE.ping;
  return {
    who: ours ? 'hangup' : from,
    party: ours ? 'gateway' : from,
    arrow: from === 'client' ? '→' : '←',
    to: from === 'client' ? 'server' : 'client',
  };
}

/** Bits of the head that most frames do not have so (RFC 6455 §5.2): clients mask, servers do not, FIN is set, RSV is 0. */
export function oddBits({ from, fin, rsv, masked }: FrameRecord): string[] {
  return [
    ...(fin ? [] : ['more follows']),
    // RSV1 is permessage-deflate's (RFC 7692 §6); nothing in use has the other two.
    ...((rsv & 4) === 0 ? [] : ['RSV1 compressed']),
    ...((rsv & 2) === 0 ? [] : ['RSV2']),
    ...((rsv & 1) === 0 ? [] : ['RSV3']),
    ...(masked === (from === 'client') ? [] : [masked ? 'masked' : 'unmasked']),
  ];
}

/** What a frame means, a stranger's words in it as they came; null: nothing is known. @param roundTripMs of a pong */
export function meaningOf({ own, opcode, name }: FrameRecord, roundTripMs: number | null): string | null {
  if (own && opcode === OPCODE.ping) return "hangup's own ping";
  const answers = own ? "answers hangup's ping" : 'answers the ping';
  if (roundTripMs !== null) return `${answers}, ${roundTripWords(roundTripMs)}`;
  return own ? answers : name;
}

/** `41.3 ms`, `0.62 ms`, `1.2 s`: three digits that matter. */
export const roundTripWords = (ms: number): string => (ms < 1000 ? `${Number(ms.toPrecision(3))} ms` : span(ms));

/** How far back a pong looks for its ping, in frames: a busy connection has no more in a round trip worth showing. */
const REACH = 500;

/**
 * Time from the ping to the pong at this place, in ms, as the tap saw it.
 *
 * @param frameAt what is loaded of the list; undefined where nothing is
 * @returns null where it is no pong, nothing loaded tells its ping, or several pings wait for an answer
 */
export function roundTripMs(
  place: number,
  frameAt: (place: number) => (FrameRecord & { readonly index: number }) | undefined,
): number | null {
  const pong = frameAt(place);
  if (pong?.opcode !== OPCODE.pong) return null;
  let ping: FrameRecord | null = null;
  for (let back = place - 1; back >= Math.max(0, place - REACH); back--) {
    const frame = frameAt(back);
    if (frame === undefined) break;
    if (frame.own !== pong.own) continue;
    // Whatever was asked before the last answer is settled.
    if (frame.opcode === OPCODE.pong && frame.from === pong.from) break;
    if (frame.opcode !== OPCODE.ping || frame.from === pong.from) continue;
    if (ping !== null) return null;
    ping = frame;
  }
  return ping === null ? null : pong.at - ping.at;
}
