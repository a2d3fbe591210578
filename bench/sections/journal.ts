import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Program } from '../../test/kit/program.ts';
import { removeFolder, temporaryFolder } from '../../test/kit/temporary.ts';
import { median } from '../measure/statistics.ts';
import type { JournalRun } from '../programs/write-journal.ts';
import { SectionDraft, type SectionResult } from '../report/result.ts';
import type { BenchContext } from './context.ts';

/** DESIGN.md, Budgets. */
const FRAMES_PER_SECOND = 100_000;
const BYTES_A_FRAME = 16;
const STALL_MS = 10;
/** The longest of a run: the machine may be slow to begin with. */
const PATIENCE_MS = 300_000;

const MODES = ['idle', 'steadily', 'flat-out'] as const;
type Mode = (typeof MODES)[number];

/** Frames enough for the journal to sort them several times (every 131,072). */
const plan = (quick: boolean) => (quick ? { rounds: 1, frames: 300_000 } : { rounds: 3, frames: 1_000_000 });

interface Run extends JournalRun {
  readonly bytes: number;
}

/** How fast frames are recorded, what they take on disk, and what recording does to the main loop. */
export async function journalSection({ quick, say }: BenchContext): Promise<SectionResult> {
  const { rounds, frames } = plan(quick);
  const runs: Record<Mode, Run[]> = { idle: [], steadily: [], 'flat-out': [] };
  for (let round = 1; round <= rounds; round++) {
    for (const mode of MODES) {
      say(`journal: ${mode}, round ${round} of ${rounds}`);
      runs[mode].push(await write(mode, frames));
    }
  }
  const draft = new SectionDraft();
  for (const mode of MODES) {
    const of = (value: (run: Run) => number): number => median(runs[mode].map(value));
    const stored = mode !== 'idle';
    draft.row(
      mode,
      of((run) => run.frames / run.seconds),
      stored ? of(storedPerSecond) : null,
      stored ? of((run) => run.bytes / run.frames) : null,
      of(({ dropped }) => dropped),
      of(({ stallMs }) => stallMs),
    );
  }
  const flatOut = median(runs['flat-out'].map(storedPerSecond));
  draft.atLeast(FRAMES_PER_SECOND, 'frames/s', 'recorded and stored, flat out', flatOut);
  const dropped = Math.max(...runs.steadily.map((run) => run.dropped));
  draft.atMost(0, 'frames', 'dropped at 100,000 frames/s', dropped);
  const bytes = Math.max(...MODES.slice(1).flatMap((mode) => runs[mode].map((run) => run.bytes / run.frames)));
  draft.atMost(BYTES_A_FRAME, 'B', 'a frame on disk, 200 × 50 pattern', bytes);
  const stall = median(runs.steadily.map(({ stallMs }) => stallMs));
  draft.atMost(STALL_MS, 'ms', 'longest stall of the main loop at 100,000 frames/s', stall);
  draft.notes.push(
    `rounds of ${frames} frames; stored: until the journal is closed; idle: the same loop without a journal, the machine’s own stalls`,
  );
  const title = 'Journal';
  return draft.done('journal', title, ['', 'recorded/s', 'stored/s', 'B a frame', 'dropped', 'longest stall, ms']);
}

const storedPerSecond = (run: Run): number => run.frames / run.closedSeconds;

async function write(mode: Mode, frames: number): Promise<Run> {
  const folder = temporaryFolder('journal');
  try {
    const file = fileURLToPath(new URL('../programs/write-journal.ts', import.meta.url));
    const program = Program.start([process.execPath, file, folder, mode, `${frames}`]);
    const [line] = await program.untilSays(/^\{.*\}$/m, PATIENCE_MS);
    const run: JournalRun = JSON.parse(line);
    await program.exited;
    return { ...run, bytes: folderBytes(folder) };
  } finally {
    removeFolder(folder);
  }
}

const folderBytes = (folder: string): number =>
  readdirSync(folder).reduce((bytes, file) => bytes + statSync(join(folder, file)).size, 0);
