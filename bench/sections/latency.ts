import { type Arena, inArena } from '../arena.ts';
import type { Latency } from '../load/protocol.ts';
import { median, sum } from '../measure/statistics.ts';
import { SectionDraft, type SectionResult } from '../report/result.ts';
import type { BenchContext } from './context.ts';

/** Round trips a second and connection when many are open: their pace is the load, not the answer. */
const MESSAGES_PER_SECOND = 20;
const MANY = 50;
const WARM_UP_S = 1;
/** Echoes before each measurement, in seconds: see cpu.ts. */
const LEAD_S = 2;

const plan = (quick: boolean) => (quick ? { rounds: 4, seconds: 0.5 } : { rounds: 10, seconds: 1.5 });

interface Path {
  readonly name: string;
  /** For the clients. */
  readonly port: number;
  readonly measured: Latency[];
}

/** What an echo takes through each contender, more than on the direct path; in turn, round after round. */
export function latencySection({ quick, contenders, hangupNodeOptions, say }: BenchContext): Promise<SectionResult> {
  return inArena(contenders, { all: '', hangup: hangupNodeOptions }, async (arena) => {
    const separate = arena.separate();
    const direct = await arena.sink.ask({ do: 'listen' });
    const draft = new SectionDraft();
    const added = new Map<string, number[]>();
    for (const connections of [1, MANY]) {
      const paths: Path[] = [{ name: 'direct', port: direct.port, measured: [] }];
      for (const { name, port } of arena.contenders) paths.push({ name, port, measured: [] });
      await measure(arena, paths, connections, plan(quick), say);
      draw(draft, paths, connections, added);
    }
    const of = (name: string, i: number): number => added.get(name)?.[i] ?? Number.NaN;
    draft.atMost(1, '×', 'added p50 against http-proxy, 1 connection', of('hangup', 0) / of('http-proxy', 0));
    draft.atMost(1, '×', `added p50 against http-proxy, ${MANY} connections`, of('hangup', 1) / of('http-proxy', 1));
    draft.notes.push(
      'one connection sends as soon as it has its answer; many send at their pace',
      separate ? 'load and contenders had a CPU each; direct had one in all' : 'load and contenders shared the CPUs',
      ...arena.absent,
    );
    const title = 'Latency of an echo of 600 B, µs (medians of the rounds)';
    return draft.done('latency', title, ['', 'connections', 'p50', 'p99', 'added p50', 'unanswered']);
  });
}

async function measure(
  { clients }: Arena,
  paths: readonly Path[],
  connections: number,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
  say: (text: string) => void,
): Promise<void> {
  const perSecond = connections === 1 ? null : MESSAGES_PER_SECOND * connections;
  say(`latency: ${connections} connections, warming up`);
  for (const { port } of paths) {
    // The one that is open already is one of the many.
    await clients.ask({ do: 'open', port, path: '/echo', connections: connections === 1 ? 1 : connections - 1 });
    await clients.ask({ do: 'echo', port, perSecond, seconds: WARM_UP_S });
  }
  for (let round = 1; round <= rounds; round++) {
    say(`latency: ${connections} connections, round ${round} of ${rounds}`);
    // There and back, as in cpu.ts.
    for (const { port, measured } of round % 2 === 1 ? paths : [...paths].reverse()) {
      await clients.ask({ do: 'echo', port, perSecond, seconds: LEAD_S });
      measured.push(await clients.ask({ do: 'echo', port, perSecond, seconds }));
    }
  }
}

function draw(draft: SectionDraft, paths: readonly Path[], connections: number, added: Map<string, number[]>): void {
  let direct = 0;
  for (const { name, measured } of paths) {
    const p50 = median(measured.map(({ p50Us }) => p50Us));
    if (name === 'direct') direct = p50;
    else added.set(name, [...(added.get(name) ?? []), p50 - direct]);
    draft.row(
      name,
      connections,
      p50,
      median(measured.map(({ p99Us }) => p99Us)),
      name === 'direct' ? null : p50 - direct,
      sum(measured.map(({ unanswered }) => unanswered)),
    );
  }
}
