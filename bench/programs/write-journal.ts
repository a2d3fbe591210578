/**
 * Records frames in a journal, in a process that does nothing else, and says in one line of JSON how it went.
 * Arguments: FOLDER MODE FRAMES
 *
 *   steadily   100,000 frames/s in the time they take, with the pauses of the main loop measured
 *   idle       the same loop and pace without a journal: what the machine alone does to the loop
 *   flat-out   as fast as the journal takes them
 */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Recorder } from '../../src/evidence/recorder.ts';
import { pace } from '../load/pacer.ts';
import { journalIn, type OpenJournal, openConnection } from './journal-traffic.ts';

const CONNECTIONS = 200;
/** Of the pattern of DESIGN.md's budget: 200 connections × 50 events/s. */
const PATTERN_FRAMES_PER_SECOND = 10_000;
const FRAMES_PER_SECOND = 100_000;
/** Frames recorded between two looks at the backlog. */
const TURN_FRAMES = 500;
/** Bytes that wait for the worker while recording goes on, flat out: below the journal's own limit of 64 MiB. */
const BACKLOG_BYTES = 8 * 1024 * 1024;
/** Text, final, from the server (frame-bits.ts), with a name of its own. */
const BITS = 1 | (1 << 4) | (1 << 9) | (1 << 11);

/** What the parent reads. */
export interface JournalRun {
  readonly frames: number;
  /** Until all was recorded, and until the worker had stored it and the journal was closed. */
  readonly seconds: number;
  readonly closedSeconds: number;
  readonly dropped: number;
  /** The main loop's longest pause while recording, in ms. */
  readonly stallMs: number;
}

const [folder = '', mode = '', count = ''] = process.argv.slice(2);
const frames = Number(count);
const opened = await journalIn(folder);
const run = await record(opened);
process.stdout.write(`${JSON.stringify(run)}\n`);

async function record({ journal, names }: OpenJournal): Promise<JournalRun> {
  names.id('posted');
  const start = Date.now();
  const connections = Array.from({ length: CONNECTIONS }, () => openConnection(journal, start).number);
  const recorder: Pick<Recorder, 'frame'> = mode === 'idle' ? { frame: () => undefined } : journal;
  let recorded = 0;
  const one = (): void => {
    const at = start + (recorded * 1000) / PATTERN_FRAMES_PER_SECOND + Math.random() / 10;
    // No two posts are equally long.
    const length = 560 + Math.floor(Math.random() * 80);
    recorder.frame(connections[recorded % CONNECTIONS] ?? 0, at, BITS, length, null);
    recorded++;
  };
  const loop = monitorEventLoopDelay({ resolution: 1 });
  // What start-up left behind is not the journal's doing.
  await new Promise((resolve) => setTimeout(resolve, 200));
  loop.enable();
  const begin = performance.now();
  if (mode === 'flat-out') {
    while (recorded < frames) {
      for (let i = 0; i < TURN_FRAMES; i++) one();
      do await nextTurn();
      while (journal.backlogBytes > BACKLOG_BYTES);
    }
  } else await pace(FRAMES_PER_SECOND, frames / FRAMES_PER_SECOND, one);
  const seconds = (performance.now() - begin) / 1000;
  loop.disable();
  const dropped = journal.status.droppedFrames;
  await journal.close();
  const closedSeconds = (performance.now() - begin) / 1000;
  return { frames: recorded, seconds, closedSeconds, dropped, stallMs: loop.max / 1e6 };
}
