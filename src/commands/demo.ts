import { fileURLToPath } from 'node:url';
import { ACTS, type Act, SOLO_ACTS } from '../../examples/demo/acts.ts';
import { type Stage, setStage } from '../../examples/demo/stage.ts';
import { JournalReader } from '../evidence/journal-reader.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { actLines, compared, heading, type Outcome } from './demo/lines.ts';
import { paintFor } from './report/paint.ts';

/** DESIGN.md, Contracts. */
const EXIT_FINDINGS = 1;
const EXIT_CANNOT_START = 3;
const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143 } as const;

/** A verdict is there within 1 s of the close (DESIGN.md); a busy machine may take longer. */
const VERDICT_TIMEOUT_MS = 10_000;
const POLL_MS = 100;
/** Between two acts on the same path: ends within 250 ms of each other would look like one. */
const APART_MS = 400;

export interface DemoOptions {
  /** Go on after the last act, until a signal. */
  readonly stay: boolean;
  /** Where to keep the journal; null: nowhere after the end. */
  readonly data: string | null;
}

/**
 * Lets a dozen clients die in as many ways, and prints each verdict beside what was really done.
 * @returns 0 when hangup blamed nobody wrongly, else 1; 3 when it could not start; 130 or 143 after a signal
 */
export async function demo(options: DemoOptions): Promise<number> {
  const signalled = new Promise<keyof typeof SIGNAL_EXIT>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
  });
  let stage: Stage;
  try {
    // A page that ends with the last act could only be missed.
    stage = await setStage(hangupCommand(), options.data, options.stay);
  } catch (error) {
    process.stderr.write(`hangup: the demo cannot start: ${error instanceof Error ? error.message : error}\n`);
    return EXIT_CANNOT_START;
  }
  try {
    const performing = perform(stage);
    // Once interrupted, its clients fail one after the other; nobody is to hear of that.
    performing.catch(() => undefined);
    const ended = await Promise.race([performing, signalled]);
    if (typeof ended === 'string') return SIGNAL_EXIT[ended];
    if (options.stay) return await stayOpen(stage, signalled);
    say(
      `\nThe journal ${options.data === null ? 'was temporary; --data DIR keeps it' : `is in ${stage.data}: hangup report --data ${stage.data}`}.`,
    );
    return ended.some(({ right }) => !right) ? EXIT_FINDINGS : 0;
  } finally {
    await stage.clear();
  }
}

/** This hangup again: the same Node, the same way of running. */
function hangupCommand(): readonly string[] {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return [process.execPath, fileURLToPath(new URL(`../main.${extension}`, import.meta.url))];
}

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function perform(stage: Stage): Promise<readonly Outcome[]> {
  const paint = paintFor(process.stdout.isTTY, process.env);
  const width = process.stdout.isTTY ? process.stdout.columns : 100;
  for (const line of heading(stage.nginx !== null, stage.page, paint)) say(line);
  const skipped = (act: Act): boolean => act.needsNginx && stage.nginx === null;
  const outcomes: Outcome[] = [];
  const show = async (act: Act): Promise<void> => {
    await act.play(stage, (url) => `${url}?demo=${act.name}`);
    const its = (await verdictsOf(stage, act)).map((verdict) => compared(act, verdict));
    outcomes.push(...its);
    for (const line of actLines(its, width, paint)) say(line);
  };
  const together: Promise<void>[] = [];
  for (const act of ACTS.filter((each) => !skipped(each))) {
    const playing = show(act);
    // Heard below; one that fails meanwhile must not end the process.
    playing.catch(() => undefined);
    together.push(playing);
    await new Promise((resolve) => setTimeout(resolve, APART_MS));
  }
  await Promise.all(together);
  for (const act of SOLO_ACTS.filter((each) => !skipped(each))) await show(act);
  const wrong = outcomes.filter(({ right }) => !right).length;
  const unsure = outcomes.filter(({ verdict }) => verdict.certainty === 'possible').length;
  say(
    `\n${outcomes.length} connections ended; ${wrong === 0 ? 'no verdict was wrong' : `${wrong} verdicts were wrong`}, ${unsure} left unsure.`,
  );
  return outcomes;
}

/** Waits for the verdicts on an act's connections. */
async function verdictsOf(stage: Stage, act: Act): Promise<readonly Verdict[]> {
  const deadline = performance.now() + VERDICT_TIMEOUT_MS;
  for (;;) {
    const found = verdicts(stage).filter(({ url }) => new URLSearchParams(url.split('?')[1]).get('demo') === act.name);
    if (found.length >= act.count) return found;
    if (performance.now() > deadline)
      throw new Error(`no verdict on "${act.deed}" within ${VERDICT_TIMEOUT_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function verdicts(stage: Stage): Verdict[] {
  const reader = new JournalReader(stage.data);
  try {
    const found: Verdict[] = [];
    for (const row of reader.connections({ open: false }))
      if (row.verdict !== null) found.push(JSON.parse(row.verdict));
    return found;
  } finally {
    reader.close();
  }
}

/** Leaves the stage open to the operator's own clients, and says how each of them ends. */
async function stayOpen(stage: Stage, signalled: Promise<keyof typeof SIGNAL_EXIT>): Promise<number> {
  const paint = paintFor(process.stdout.isTTY, process.env);
  const address = stage.nginx?.port ?? stage.taps.direct;
  say(`\nThe stage stays open until Ctrl-C. Connect a WebSocket client of yours, and end it as you like:`);
  say(`  ws://127.0.0.1:${address}/api/v4/websocket${stage.nginx === null ? '' : '   (nginx, hangup, stand-in)'}`);
  say(`  hangup report --data ${stage.data}`);
  if (stage.page !== null)
    say(`\nAll of it in the browser, and yours as they come and go:\n  ${paint('strong', stage.page)}`);
  const known = new Set(verdicts(stage).map(({ connection }) => connection));
  const timer = setInterval(() => {
    for (const verdict of verdicts(stage).filter(({ connection }) => !known.has(connection))) {
      known.add(verdict.connection);
      say(
        `${paint('strong', `${verdict.hop ?? verdict.closedBy} · ${verdict.cause} · ${verdict.certainty}`)}  ${verdict.summary}`,
      );
    }
  }, 500);
  const signal = await signalled;
  clearInterval(timer);
  return SIGNAL_EXIT[signal];
}
