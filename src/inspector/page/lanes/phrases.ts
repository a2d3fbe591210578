import { otherSide, type Side } from '../../../evidence/fact.ts';
import type { IndexedFrame } from '../../../evidence/journal-reader.ts';
import { harmless } from '../../../words/harmless.ts';
import { relative, span } from '../../../words/times.ts';
import { bytesWords } from '../connection/bytes-words.ts';
import { counted } from '../pictures/about.ts';

/** The few words that stand beside an arrow. */

const OPCODES: Readonly<Record<number, string>> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'Close',
  9: 'ping',
  10: 'pong',
};

/** `posted, 1.2 kB`, `text, 812 B`, `ping, 0 B` */
export const framePhrase = ({ opcode, name, length }: IndexedFrame): string =>
  `${name === null ? (OPCODES[opcode] ?? `opcode ${opcode}`) : harmless(name)}, ${bytesWords(length)}`;

/** `ping, pong after 41 ms`, `hangup's ping to the client, no pong` */
export function pingPhrase(
  { from, own }: { readonly from: Side; readonly own: boolean },
  unanswered: boolean,
  open: boolean,
  tripMs: number | null = null,
): string {
  const ping = own ? `hangup's ping to the ${otherSide(from)}` : `ping from the ${from}`;
  if (unanswered) return `${ping}, no pong${open ? ' yet' : ''}`;
  return tripMs === null ? ping : `${ping}, pong after ${tripMs < 10 ? `${tripMs.toFixed(1)} ms` : span(tripMs)}`;
}

export const pongPhrase = ({ own }: { readonly own: boolean }): string => (own ? "pong to hangup's ping" : 'pong');

/** Beyond so many ms a second more or less says nothing. */
const EXACT_MS = 1_000_000;

/** `-60.003 s`, `+0.000 s`; `-2 h 14 m` for what is long past. */
export function timePhrase(at: number, zero: number): string {
  const ms = at - zero;
  if (Math.abs(ms) < EXACT_MS) return relative(at, zero);
  return `${ms < 0 ? '-' : '+'}${span(Math.abs(ms))}`;
}

/** `60.003 s`, `12 m 03 s`: milliseconds as long as they may tell whose timer it was. */
export const silencePhrase = (ms: number): string => (ms < EXACT_MS ? `${(ms / 1000).toFixed(3)} s` : span(ms));

/** `214 frames in 3.2 s`, `58 frames and 3 facts in 12 m 04 s` */
export function foldPhrase(frames: number, facts: number, ms: number): string {
  const said = (n: number, word: string) => (n === 0 ? [] : [`${counted(n, word)}`]);
  return `${[...said(frames, 'frame'), ...said(facts, 'fact')].join(' and ')} in ${span(ms)}`;
}
