import type { IndexedFrame } from '../../../evidence/journal-reader.ts';
import type { Moment } from './moment.ts';
import { pingPhrase } from './phrases.ts';

/** Which pong belongs to which ping. */

/** The first pong back, unless another ping was sent before it came. */
export function pongTo(ping: IndexedFrame, all: readonly IndexedFrame[]): IndexedFrame | undefined {
  const next = all.find(
    ({ index, opcode, own, from }) =>
      index > ping.index &&
      own === ping.own &&
      (opcode === 9 ? from === ping.from : opcode === 10 && from !== ping.from),
  );
  return next?.opcode === 10 ? next : undefined;
}

/** A pong joins its ping where nothing but other pings and pongs came between them: the order of the rest is evidence. */
export function withPongs(moments: readonly Moment[]): Moment[] {
  const told: Moment[] = [];
  for (const moment of moments) {
    const asked = moment.kind === 'pong' ? askedBy(moment, told) : -1;
    const ping = told[asked];
    if (ping === undefined) {
      told.push(moment);
      continue;
    }
    const says = pingPhrase(
      { from: ping.from === 'server' ? 'server' : 'client', own: ping.own },
      false,
      false,
      moment.at - ping.at,
    );
    told[asked] = { ...ping, until: moment.at, answered: true, frames: 2, says };
  }
  return told;
}

function askedBy(pong: Moment, told: readonly Moment[]): number {
  for (let i = told.length - 1; i >= 0; i--) {
    const before = told[i];
    if (before === undefined || (before.kind !== 'ping' && before.kind !== 'pong')) return -1;
    if (before.kind === 'ping' && before.own === pong.own && before.from !== pong.from) return before.answered ? -1 : i;
  }
  return -1;
}
