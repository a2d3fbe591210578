import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyTotals, type Totals } from '../../../src/evidence/timeline.ts';
import type { ConnectionQuery, ConnectionView } from '../../../src/inspector/api.ts';
import { filterOf } from '../../../src/inspector/archive/pages.ts';
import { CLIENT, head, newFolder, openJournal, T0, verdictRow } from '../../evidence/journal-kit.ts';
import { expected, type Made, makeConnection, START } from '../../evidence/made-connections.ts';
import { openArchive } from './archive-kit.ts';

const queries: fc.Arbitrary<ConnectionQuery> = fc.record(
  {
    open: fc.boolean(),
    tap: fc.constantFrom('inner', 'edge'),
    closedBy: fc.constantFrom('client', 'proxy', 'server'),
    certainty: fc.constantFrom('certain', 'likely', 'possible'),
    hop: fc.constantFrom('nginx', 'mattermost'),
    text: fc.constantFrom('alice', 'NGINX', '203.0.113.3', 'sequence_number=7'),
    since: fc.integer({ min: START + 1_990_000, max: START + 2_210_000 }),
    until: fc.integer({ min: START + 1_990_000, max: START + 2_210_000 }),
    idleFromMs: fc.integer({ min: 0, max: 90_000 }),
  },
  { requiredKeys: [] },
);

describe('a list of connections', () => {
  it('comes in pages, whole and in order, whatever was asked for; so do the verdicts', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    const made = Array.from({ length: 260 }, (_, i) => makeConnection(journal, i, i % 7 === 0));
    await journal.flushed();
    const archive = openArchive(folder);
    await fc.assert(
      fc.asyncProperty(queries, fc.integer({ min: 1, max: 90 }), async (query, limit) => {
        const wanted = expected(made, filterOf(query));
        const ids: string[] = [];
        for (let cursor: string | null = null; ; ) {
          const page = await archive.connections(query, limit, cursor);
          expect(page.connections.length).toBeLessThanOrEqual(limit);
          ids.push(...page.connections.map(({ connection }) => connection));
          if (page.next === null) break;
          cursor = page.next;
        }
        expect(ids).toEqual(wanted.map(({ id }) => id));
        const lines: string[] = [];
        for (let cursor: string | null = null; ; ) {
          const page = await archive.verdicts(query, limit, cursor);
          lines.push(...page.lines);
          if (page.next === null) break;
          cursor = page.next;
        }
        expect(lines).toEqual(wanted.flatMap(({ verdict }) => (verdict === null ? [] : [JSON.stringify(verdict)])));
      }),
      { numRuns: 60 },
    );
  });

  it('goes on where the page before had ended, although connections close and open in between', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    const open = Array.from({ length: 10 }, (_, i) => journal.opened(head(`c${i}`, T0 + i), CLIENT));
    await journal.flushed();
    const archive = openArchive(folder);
    const first = await archive.connections({}, 4, null);
    expect(first.connections.map(({ connection }) => connection)).toEqual(['c9', 'c8', 'c7', 'c6']);
    // The one on which the page ended closes.
    journal.verdict(open[6] ?? 0, verdictRow(T0 + 1000));
    journal.opened(head('late', T0 + 20), CLIENT);
    await journal.flushed();
    const second = await archive.connections({}, 20, first.next);
    expect(second.connections.map(({ connection }) => connection)).toEqual(['c5', 'c4', 'c3', 'c2', 'c1', 'c0', 'c6']);
    expect(second.next).toBeNull();
  });

  it('shows of each what the journal knows', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    const made: Made[] = [makeConnection(journal, 1, false), makeConnection(journal, 2, true)];
    const [closed, open] = made;
    const number = journal.opened(head('lingers'), CLIENT);
    const empty = emptyTotals(T0);
    const totals: Totals = {
      ...empty,
      client: { ...empty.client, frames: 5, bytes: 77, roundTripMs: 12.5 },
      server: { ...empty.server, frames: 9, bytes: 1234 },
      gaps: [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    };
    // Both legs are gone, and the verdict is still to come.
    journal.ended(number, T0 + 5000, totals);
    await journal.flushed();
    const archive = openArchive(folder);
    const before = Date.now();
    const { connections } = await archive.connections({}, 10, null);
    const of = (id: string | undefined): ConnectionView | undefined =>
      connections.find(({ connection }) => connection === id);
    expect(of(closed?.id)).toMatchObject({
      state: 'closed',
      tap: 'edge',
      behind: null,
      before: null,
      openedAt: new Date(closed?.openedAt ?? 0).toISOString(),
      closedAt: closed?.verdict?.closedAt,
      lifetimeMs: closed?.verdict?.lifetimeMs,
      client: { peer: closed?.peer, forwardedFor: '203.0.113.1', userAgent: 'Mozilla/5.0 (X11) Firefox/140.0' },
      user: { id: 'user1', name: 'alice' },
      keepaliveMs: { client: 30_000, server: 30_000 },
      idle: closed?.verdict?.idle,
      frames: { client: 1, server: 2 },
      verdict: closed?.verdict,
    });
    expect(of(open?.id)).toMatchObject({
      state: 'open',
      behind: 'nginx',
      closedAt: null,
      user: { id: 'user2', name: null },
      idle: { clientMs: null, serverMs: null, anyMs: null, longestNaturalGapMs: 0 },
      frames: { client: 0, server: 0 },
      bytes: { client: 0, server: 0 },
      verdict: null,
    });
    expect(of(open?.id)?.lifetimeMs).toBeGreaterThanOrEqual(before - (open?.openedAt ?? 0) - 1);
    expect(of('lingers')).toMatchObject({
      state: 'closing',
      closedAt: new Date(T0 + 5000).toISOString(),
      lifetimeMs: 5000,
      frames: { client: 5, server: 9 },
      bytes: { client: 77, server: 1234 },
      roundTripMs: { client: 12.5, server: null },
      gapsOver60s: 7,
      verdict: null,
    });
  });
});
