/**
 * Asks a journal what the inspector's page asks, in a process of its own, and says one line of JSON.
 * Arguments: FOLDER CLOSED-ID CLOSED-FRAMES OPEN-ID WITHIN-MS
 */

import { JournalReader } from '../../src/evidence/journal-reader.ts';
import { median } from '../measure/statistics.ts';

const TIMES = 7;
const PAGE_ROWS = 100;

/** What the parent reads. */
export interface Query {
  readonly what: string;
  readonly rows: number;
  /** In ms: the first time, with a reader opened for it, and the median of the times after it. */
  readonly firstMs: number;
  readonly thenMs: number;
}

const [folder = '', closedId = '', closedFrames = '', openId = '', withinText = ''] = process.argv.slice(2);
const within = Number(withinText);

const queries: readonly (readonly [what: string, ask: (reader: JournalReader) => number])[] = [
  ['first page of connections', (reader) => [...reader.connections({ limit: PAGE_ROWS })].length],
  [
    'page of closed ones by cause',
    (reader) => [...reader.connections({ cause: 'proxy-idle-timeout', limit: PAGE_ROWS })].length,
  ],
  ['all open ones', (reader) => [...reader.connections({ open: true })].length],
  [
    'frames by index, closed',
    (reader) => reader.frames(closedId, { fromIndex: Math.floor(Number(closedFrames) / 2) }).length,
  ],
  ['frames by time, closed', (reader) => reader.frames(closedId, { fromTime: within }).length],
  [
    'last frames, open',
    (reader) => reader.frames(openId, { fromIndex: Math.max(0, reader.frameCount(openId) - 200) }).length,
  ],
  ['timeline, closed', (reader) => reader.timeline(closedId)?.frames.length ?? 0],
  ['timeline, open', (reader) => reader.timeline(openId)?.frames.length ?? 0],
];

process.stdout.write(`${JSON.stringify(queries.map(([what, ask]) => timed(what, ask)))}\n`);

function timed(what: string, ask: (reader: JournalReader) => number): Query {
  const start = performance.now();
  const reader = new JournalReader(folder);
  const rows = ask(reader);
  const firstMs = performance.now() - start;
  const times: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    const again = performance.now();
    ask(reader);
    times.push(performance.now() - again);
  }
  reader.close();
  return { what, rows, firstMs, thenMs: median(times) };
}
