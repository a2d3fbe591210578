import { type Arena, inArena } from '../arena.ts';
import type { Contender } from '../contenders/contender.ts';
import { cpuMicros } from '../measure/process-cost.ts';
import { median, sum } from '../measure/statistics.ts';
import { SectionDraft, type SectionResult } from '../report/result.ts';
import type { BenchContext } from './context.ts';

/** DESIGN.md, Budgets. */
const CONNECTIONS = 200;
const EVENTS_PER_SECOND = 50 * CONNECTIONS;
/** A small frame from each client every two seconds: typing, viewing. */
const ACTIONS_PER_SECOND = CONNECTIONS / 2;
const WARM_UP_S = 2;
/**
 * Traffic before each measurement, in seconds: while others had their turn, V8 took the idleness for an end and threw
 * compiled code away. After 1 s it had not all come back (hangup then cost a tenth more than after 3 s, http-proxy, whose
 * code is shorter, nothing); what is asked is the cost of traffic that goes on.
 */
const LEAD_S = 3;
/** How long the last frames of a round may be under way, in ms. */
const LAST_FRAMES_MS = 3_000;
const LAST_FRAMES_LOOK_MS = 5;

/** In all long enough for hangup's journal to sort its frames (every 131,072 frames): that costs, too. */
const plan = (quick: boolean) => (quick ? { rounds: 4, seconds: 1 } : { rounds: 10, seconds: 2 });

interface Round {
  readonly cpuUs: number;
  readonly frames: number;
  /** Frames that did not arrive, or arrived in another size. */
  readonly wrong: number;
}

/** CPU of the process per relayed frame, all contenders in turn, round after round. */
export function cpuSection({ quick, contenders, hangupNodeOptions, say }: BenchContext): Promise<SectionResult> {
  return inArena(contenders, { all: '', hangup: hangupNodeOptions }, async (arena) => {
    const { rounds, seconds } = plan(quick);
    for (const contender of arena.contenders) {
      say(`cpu: warming up ${contender.name}`);
      await arena.clients.ask({ do: 'open', port: contender.port, path: '/events', connections: CONNECTIONS });
      await relay(arena, contender, WARM_UP_S);
    }
    const measured = new Map(arena.contenders.map((contender): [Contender, Round[]] => [contender, []]));
    for (let round = 1; round <= rounds; round++) {
      say(`cpu: round ${round} of ${rounds}`);
      // There and back: who goes first in a round finds the machine otherwise than who goes last.
      const order = round % 2 === 1 ? [...measured] : [...measured].reverse();
      for (const [contender, done] of order) {
        await relay(arena, contender, LEAD_S);
        done.push(await relay(arena, contender, seconds));
      }
    }
    return draw(measured, arena.absent);
  });
}

async function relay({ sink, clients }: Arena, contender: Contender, seconds: number): Promise<Round> {
  const { port, target, pids } = contender;
  await Promise.all([clients.ask({ do: 'count', port }), sink.ask({ do: 'count', port: target })]);
  const before = cpuMicros(pids);
  const [events, actions] = await Promise.all([
    sink.ask({ do: 'emit', port: target, perSecond: EVENTS_PER_SECOND, seconds }),
    clients.ask({ do: 'chat', port, perSecond: ACTIONS_PER_SECOND, seconds }),
  ]);
  const deadline = performance.now() + LAST_FRAMES_MS;
  const left = { frames: events.frames + actions.frames, bytes: events.bytes + actions.bytes };
  for (;;) {
    for (const arrived of await Promise.all([
      clients.ask({ do: 'count', port }),
      sink.ask({ do: 'count', port: target }),
    ])) {
      left.frames -= arrived.frames;
      left.bytes -= arrived.bytes;
    }
    if (left.frames <= 0 || performance.now() > deadline) break;
    await new Promise((resolve) => setTimeout(resolve, LAST_FRAMES_LOOK_MS));
  }
  const cpuUs = cpuMicros(pids) - before;
  const frames = events.frames + actions.frames - left.frames;
  return { cpuUs, frames, wrong: left.bytes === 0 ? Math.abs(left.frames) : Math.max(1, Math.abs(left.frames)) };
}

function draw(measured: ReadonlyMap<Contender, readonly Round[]>, absent: readonly string[]): SectionResult {
  const draft = new SectionDraft();
  const cost = new Map<string, number>();
  for (const [{ name }, rounds] of measured) {
    cost.set(name, sum(rounds.map(({ cpuUs }) => cpuUs)) / sum(rounds.map(({ frames }) => frames)));
  }
  const ratioTo = (name: string): number => (cost.get('hangup') ?? Number.NaN) / (cost.get(name) ?? Number.NaN);
  for (const [{ name }, rounds] of measured) {
    const each = rounds.map(({ cpuUs, frames }) => cpuUs / frames);
    const wrong = sum(rounds.map((round) => round.wrong));
    draft.row(
      name,
      cost.get(name) ?? null,
      median(each),
      Math.min(...each),
      Math.max(...each),
      ratioTo(name),
      wrong === 0 ? 'all' : `${wrong} NOT`,
    );
  }
  draft.atMost(1.1, '×', 'CPU per frame against http-proxy', ratioTo('http-proxy'));
  draft.atMost(1.6, '×', 'CPU per frame against nginx', ratioTo('nginx'));
  if (cost.has('mitmproxy')) draft.atMost(0.1, '×', 'CPU per frame against mitmproxy', ratioTo('mitmproxy'));
  draft.notes.push(
    'hangup records every frame in these rounds; the ratio is of the means, which hold the journal’s housekeeping',
    ...absent,
  );
  const title = `CPU of the process per relayed frame, µs (${CONNECTIONS} connections × ${EVENTS_PER_SECOND / CONNECTIONS} events/s of 600 B)`;
  return draft.done('cpu', title, ['', 'mean', 'median', 'least', 'most', 'hangup is', 'arrived']);
}
