import { kill } from 'node:process';
import { fileURLToPath } from 'node:url';
import { inArena } from '../arena.ts';
import type { Contender, ContenderName } from '../contenders/contender.ts';
import { memoryBytes } from '../measure/process-cost.ts';
import { SectionDraft, type SectionResult } from '../report/result.ts';
import type { BenchContext } from './context.ts';

/** A process may have 20,000 descriptors here, and a relay needs two a connection. */
const plan = (quick: boolean) => (quick ? { few: 500, many: 2_500 } : { few: 1_000, many: 9_000 });
/** After the last upgrade, in ms: for what a contender does when it has nothing to do. */
const SETTLE_MS = 2_000;
/** After a collection was asked for, in ms. */
const COLLECT_MS = 1_000;

const COLLECT = `--import=${fileURLToPath(new URL('../programs/collect-on-signal.ts', import.meta.url))}`;
const IN_NODE: readonly ContenderName[] = ['hangup', 'pipe', 'http-proxy', 'http-proxy-3'];

interface Memory {
  /** KiB an idle connection. */
  readonly asItIs: number;
  /** The same when what is garbage has been collected; what it is for a process without a collector. */
  readonly collected: number;
  /** MiB of the process with many connections. */
  readonly whole: number;
}

/** What an idle connection takes, each contender alone with fresh load processes. */
export async function memorySection({
  quick,
  contenders,
  hangupNodeOptions,
  say,
}: BenchContext): Promise<SectionResult> {
  const { few, many } = plan(quick);
  const draft = new SectionDraft();
  const measured = new Map<string, Memory>();
  for (const name of contenders) {
    say(`memory: ${name}`);
    await inArena([name], { all: IN_NODE.includes(name) ? COLLECT : '', hangup: hangupNodeOptions }, async (arena) => {
      draft.notes.push(...arena.absent);
      const [contender] = arena.contenders;
      if (contender === undefined) return;
      const open = (connections: number) =>
        arena.clients.ask({ do: 'open', port: contender.port, path: '/events', connections });
      const reading = async (): Promise<{ asItIs: number; collected: number }> => {
        await wait(SETTLE_MS);
        const asItIs = memoryBytes(contender.pids);
        return { asItIs, collected: IN_NODE.includes(name) ? await afterCollection(contender) : asItIs };
      };
      await open(few);
      const before = await reading();
      await open(many - few);
      const after = await reading();
      measured.set(name, {
        asItIs: (after.asItIs - before.asItIs) / (many - few) / 1024,
        collected: (after.collected - before.collected) / (many - few) / 1024,
        whole: after.asItIs / 1024 / 1024,
      });
    });
  }
  for (const [name, { asItIs, collected, whole }] of measured) draft.row(name, asItIs, collected, whole);
  const ratio = (name: string, what: 'asItIs' | 'collected'): number =>
    (measured.get('hangup')?.[what] ?? Number.NaN) / (measured.get(name)?.[what] ?? Number.NaN);
  draft.atMost(1, '×', 'memory per idle connection against http-proxy', ratio('http-proxy', 'asItIs'));
  draft.atMost(1, '×', 'the same, garbage collected', ratio('http-proxy', 'collected'));
  draft.notes.push(`the growth of the process (PSS, its threads included) from ${few} to ${many} connections`);
  const title = 'Memory of an idle connection, KiB';
  return draft.done('memory', title, ['', 'as it is', 'collected', `MiB with ${many}`]);
}

async function afterCollection({ pids }: Contender): Promise<number> {
  for (const pid of pids) kill(pid, 'SIGUSR2');
  await wait(COLLECT_MS);
  return memoryBytes(pids);
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
