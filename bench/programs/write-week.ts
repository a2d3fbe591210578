/**
 * Fills a journal with a day of traffic, and keeps it open as `hangup serve` would, until it is killed.
 * Arguments: FOLDER FRAMES. Says one line of JSON when it is done.
 *
 *   200 connections at any time, each of 5,000 frames, one after the other; the last of them are still open
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { endConnection, journalIn, type MadeConnection, openConnection } from './journal-traffic.ts';

const DAY_MS = 24 * 3600 * 1000;
const AT_A_TIME = 200;
const FRAMES_OF_EACH = 5_000;
const TURN_FRAMES = 500;
const BACKLOG_BYTES = 8 * 1024 * 1024;
/** Text, final, from the server (frame-bits.ts), with a name of its own. */
const BITS = 1 | (1 << 4) | (1 << 9) | (1 << 11);

/** What the parent reads. */
export interface Written {
  readonly seconds: number;
  readonly connections: number;
  /** One that closed in the middle of the day, how many frames it has, and one that is open. */
  readonly closedId: string;
  readonly closedFrames: number;
  readonly openId: string;
  /** ms since the epoch, in the middle of the first of them. */
  readonly within: number;
}

interface Slot {
  connection: MadeConnection;
  frames: number;
  left: number;
}

const [folder = '', count = ''] = process.argv.slice(2);
const frames = Number(count);
const { journal, names } = await journalIn(folder);
names.id('posted');

const begin = performance.now();
const end = Date.now();
const stepMs = DAY_MS / frames;
let connections = 0;
const openAt = (at: number): MadeConnection => {
  connections++;
  return openConnection(journal, at);
};
// Staggered: they do not all end at once.
const slots = Array.from({ length: AT_A_TIME }, (_, i): Slot => {
  const own = Math.ceil(((i + 1) / AT_A_TIME) * FRAMES_OF_EACH);
  return { connection: openAt(end - DAY_MS), frames: own, left: own };
});
let middle: { readonly id: string; readonly frames: number; readonly within: number } | null = null;

for (let frame = 0; frame < frames; frame++) {
  const at = end - DAY_MS + frame * stepMs;
  const slot = slots[frame % AT_A_TIME];
  if (slot === undefined) break;
  journal.frame(slot.connection.number, at, BITS, 560 + Math.floor(Math.random() * 80), null);
  if (--slot.left === 0) {
    const { id, openedAt } = slot.connection;
    if (middle === null && frame > frames / 2) middle = { id, frames: slot.frames, within: (openedAt + at) / 2 };
    endConnection(journal, slot.connection, at, slot.frames);
    slot.connection = openAt(at);
    slot.frames = FRAMES_OF_EACH;
    slot.left = FRAMES_OF_EACH;
  }
  if (frame % TURN_FRAMES !== 0) continue;
  do await nextTurn();
  while (journal.backlogBytes > BACKLOG_BYTES);
}
while (journal.backlogBytes > 0) await new Promise((resolve) => setTimeout(resolve, 50));
if (journal.status.droppedFrames > 0) throw new Error(`the journal dropped ${journal.status.droppedFrames} frames`);

const written: Written = {
  seconds: (performance.now() - begin) / 1000,
  connections,
  closedId: middle?.id ?? '',
  closedFrames: middle?.frames ?? 0,
  openId: slots[0]?.connection.id ?? '',
  within: middle?.within ?? end,
};
process.stdout.write(`${JSON.stringify(written)}\n`);
// The journal's timers do not keep a process alive.
setInterval(() => undefined, 1000);
