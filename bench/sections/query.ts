import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Program } from '../../test/kit/program.ts';
import { removeFolder, temporaryFolder } from '../../test/kit/temporary.ts';
import { median } from '../measure/statistics.ts';
import type { Query } from '../programs/read-week.ts';
import type { Written } from '../programs/write-week.ts';
import { SectionDraft, type SectionResult } from '../report/result.ts';
import type { BenchContext } from './context.ts';

/** DESIGN.md, Budgets. */
const QUERY_MS = 100;
const REPORTS = 7;
const PATIENCE_MS = 600_000;

const plan = (quick: boolean) => (quick ? { frames: 1_000_000 } : { frames: 10_000_000 });

const path = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));

/** How long questions to a large journal take, while another process has it open for writing. */
export async function querySection({ quick, say }: BenchContext): Promise<SectionResult> {
  const { frames } = plan(quick);
  const folder = temporaryFolder('week');
  const draft = new SectionDraft();
  say(`query: writing ${frames.toLocaleString('en-US')} frames`);
  const writer = Program.start([process.execPath, path('programs/write-week.ts'), folder, `${frames}`]);
  try {
    const [line] = await writer.untilSays(/^\{.*\}$/m, PATIENCE_MS);
    const written: Written = JSON.parse(line);
    say('query: asking');
    for (const { what, rows, firstMs, thenMs } of await ask(folder, written)) {
      draft.row(what, rows, firstMs, thenMs);
      draft.atMost(QUERY_MS, 'ms', what, firstMs);
    }
    say('query: hangup report');
    report(draft, folder);
    draft.notes.push(
      `${written.connections} connections, written in ${written.seconds.toFixed(1)} s; first: with opening the journal`,
    );
  } finally {
    await writer.stop('SIGKILL');
    removeFolder(folder);
  }
  const title = `Queries over ${frames.toLocaleString('en-US')} frames, ms`;
  return draft.done('query', title, ['', 'rows', 'first', 'then (median)']);
}

async function ask(folder: string, { closedId, closedFrames, openId, within }: Written): Promise<Query[]> {
  const program = Program.start([
    process.execPath,
    path('programs/read-week.ts'),
    folder,
    closedId,
    `${closedFrames}`,
    openId,
    `${within}`,
  ]);
  const [line] = await program.untilSays(/^\[.*\]$/m, PATIENCE_MS);
  const queries: Query[] = JSON.parse(line);
  return queries;
}

/** The command as an operator runs it, and what of it is the start of any hangup command. */
function report(draft: SectionDraft, folder: string): void {
  const main = path('../src/main.ts');
  const start = median(Array.from({ length: REPORTS }, () => run([main, '--version']).ms));
  const asked = [main, 'report', '--data', folder, '--json', '--since', '1h'];
  const reports = Array.from({ length: REPORTS }, () => run(asked));
  const whole = median(reports.map(({ ms }) => ms));
  draft.row('node and hangup --version', null, null, start);
  draft.row('hangup report --json --since 1h, whole process', reports[0]?.lines ?? 0, reports[0]?.ms ?? null, whole);
  draft.atMost(QUERY_MS, 'ms', 'hangup report --json --since 1h, without the start', whole - start);
}

function run(args: readonly string[]): { readonly ms: number; readonly lines: number } {
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${stderr}`);
  return { ms: performance.now() - begin, lines: stdout.split('\n').length - 1 };
}
