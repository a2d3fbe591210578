import type { EndedTogether, Fact, Side } from '../../src/evidence/fact.ts';
import { fact, type Step } from './dialogue.ts';

/** What the grouper adds to a timeline, as steps of a dialogue. */

export const together = (
  from: Side,
  count: number,
  clients: number | null,
  idleMs: EndedTogether['idleMs'] = [300, 41_000],
  spreadMs = 12,
  beside = 0,
): Step => {
  const others = beside === 0 ? {} : { beside };
  return fact(
    (at): Fact => ({ kind: 'together', at, from, count, spreadMs, idleMs, clients, ...others, survivors: 0 }),
  );
};

export const recurs = (from: Side, idleMs: number, times: number): Step =>
  fact((at): Fact => ({ kind: 'idle-recurs', at, from, idleMs, times }));

/** Another connection through the same neighbour was silent for longer, and lived. */
export const outlived = (from: Side, idleMs: number, otherMs: number): Step =>
  fact((at): Fact => ({ kind: 'idle-outlived', at, from, idleMs, otherMs }));

export const refused: Step = fact((at): Fact => ({ kind: 'target-refused', at, code: 'ECONNREFUSED' }));
