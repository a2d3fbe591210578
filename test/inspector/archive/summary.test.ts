import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectionQuery } from '../../../src/inspector/api.ts';
import { filterOf } from '../../../src/inspector/archive/pages.ts';
import { newFolder, openJournal, T0 } from '../../evidence/journal-kit.ts';
import { expected, type Made, makeConnection, START } from '../../evidence/made-connections.ts';
import { openArchive } from './archive-kit.ts';
import { inBuckets, sum, summaryOf } from './summary-kit.ts';

const queries: fc.Arbitrary<ConnectionQuery> = fc.record(
  {
    open: fc.boolean(),
    tap: fc.constantFrom('inner', 'edge'),
    closedBy: fc.constantFrom('client', 'proxy', 'server'),
    cause: fc.constantFrom('client-close', 'proxy-idle-timeout', 'upgrade-refused'),
    certainty: fc.constantFrom('certain', 'likely', 'possible'),
    text: fc.constantFrom('alice', 'NGINX', '203.0.113.3'),
    since: fc.integer({ min: START + 1_990_000, max: START + 2_210_000 }),
    until: fc.integer({ min: START + 1_990_000, max: START + 2_210_000 }),
    idleFromMs: fc.integer({ min: 0, max: 90_000 }),
    idleToMs: fc.integer({ min: 0, max: 90_000 }),
  },
  { requiredKeys: [] },
);

const isOpened = ({ verdict }: Made): boolean => verdict !== null && verdict.cause !== 'upgrade-refused';

it('whatever is asked for, all sums are over the same closed connections, and no bucket is missing', async () => {
  const folder = newFolder();
  const { journal } = await openJournal(folder);
  const all = Array.from({ length: 240 }, (_, i) => makeConnection(journal, i, i % 9 === 0));
  await journal.flushed();
  const archive = openArchive(folder);
  await fc.assert(
    fc.asyncProperty(queries, async (query) => {
      const summary = await archive.summary(query);
      const closed = expected(all, { ...filterOf(query), judged: true });
      expect(summary.closed).toBe(closed.length);
      expect(sum(Object.values(summary.byParty))).toBe(closed.length);
      expect(sum(Object.values(summary.byCertainty))).toBe(closed.length);
      expect(sum(summary.groups.map(({ count }) => count))).toBe(closed.length);
      for (const { cause, count } of summary.groups) {
        expect(closed.filter(({ verdict }) => verdict?.cause === cause)).toHaveLength(count);
      }
      const { idle, closes, survival } = summary.pictures;
      const measured = closed.filter((one) => isOpened(one) && one.verdict?.idle.anyMs !== null);
      expect(inBuckets(idle.buckets)).toBe(measured.length);
      for (const [i, { from, to, counts }] of idle.buckets.entries()) {
        if (i > 0) expect(from).toBe(idle.buckets[i - 1]?.to);
        const within = measured.filter(
          ({ verdict }) => (verdict?.idle.anyMs ?? 0) >= from && (verdict?.idle.anyMs ?? 0) < to,
        );
        expect(sum(Object.values(counts))).toBe(within.length);
      }
      expect(inBuckets(closes.buckets)).toBe(closed.length);
      for (const [i, { at }] of closes.buckets.entries()) {
        if (i > 0) expect(at).toBe((closes.buckets[i - 1]?.at ?? 0) + closes.bucketMs);
      }
      // Ends that the query is not about are censored, but still there.
      const { closedBy, cause, certainty, ...population } = query;
      const watched =
        query.open === true ? [] : expected(all, { ...filterOf(population), judged: true }).filter(isOpened);
      const open = all.filter(({ verdict, tap }) => verdict === null && (query.tap === undefined || tap === query.tap));
      expect(sum(survival.map(({ connections }) => connections))).toBe(watched.length + open.length);
      const censored = ['client-close', 'client-going-away', 'gateway-shutdown', 'gateway-limit'];
      const counted = closed.filter((one) => isOpened(one) && !censored.includes(one.verdict?.cause ?? ''));
      expect(sum(survival.map(({ ended }) => ended))).toBe(counted.length);
    }),
    { numRuns: 120 },
  );
});

describe('groups', () => {
  it('are what ended alike on any tap, with their silences, their refusal, and the witness of the newest', async () => {
    const { groups } = await summaryOf([
      { at: T0 + 1, idleMs: 59_990, witness: 'an old witness' },
      { at: T0 + 2, idleMs: 60_040, tap: 'edge', keepaliveMs: 30_000, witness: 'a witness' },
      {
        at: T0 + 3,
        idleMs: null,
        closedBy: 'client',
        hop: 'client',
        cause: 'client-close',
        certainty: 'certain',
        witness: 'x',
      },
      { at: T0 + 4, closedBy: 'server', cause: 'upgrade-refused', certainty: 'certain', refusal: 'origin', idleMs: 3 },
      {
        at: T0 + 5,
        closedBy: 'server',
        cause: 'upgrade-refused',
        certainty: 'certain',
        refusal: 'redirect',
        idleMs: 4,
      },
      { at: T0 + 6, closedBy: 'aliens', hop: null, cause: 'abduction', certainty: 'absolute', idleMs: 5 },
    ]);
    const group = { hop: 'nginx', count: 1 };
    expect(groups[0]).toEqual({
      ...{ ...group, closedBy: 'proxy', cause: 'proxy-idle-timeout', certainty: 'likely', count: 2 },
      ...{ idleMs: [59_990, 60_040], witness: 'a witness' },
    });
    const refused = { ...group, closedBy: 'server', cause: 'upgrade-refused', certainty: 'certain' };
    expect(groups.slice(1)).toHaveLength(4);
    expect(groups).toContainEqual({
      ...group,
      hop: 'client',
      closedBy: 'client',
      cause: 'client-close',
      certainty: 'certain',
      idleMs: null,
    });
    expect(groups).toContainEqual({ ...refused, refusal: 'origin', idleMs: [3, 3] });
    expect(groups).toContainEqual({ ...refused, refusal: 'redirect', idleMs: [4, 4] });
    expect(groups).toContainEqual({
      ...group,
      hop: null,
      closedBy: 'unknown',
      cause: 'unknown',
      certainty: 'possible',
      idleMs: [5, 5],
    });
  });
});
