import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Journal } from '../../src/evidence/journal.ts';
import { type ConnectionFilter, JournalReader } from '../../src/evidence/journal-reader.ts';
import { NameTable } from '../../src/evidence/names.ts';
import { expected, type Made, makeConnection, START } from './made-connections.ts';

const CLOSED = 400;
const OPEN = 60;

let folder: string;
let reader: JournalReader;
let made: Made[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hangup-filters-'));
  const { journal } = await Journal.open({ folder, names: new NameTable(), log: () => undefined });
  made = Array.from({ length: CLOSED + OPEN }, (_, i) => makeConnection(journal, i, i % 8 === 0 && i / 8 < OPEN));
  await journal.close();
  reader = new JournalReader(folder);
});

afterAll(() => {
  reader.close();
  rmSync(folder, { recursive: true, force: true });
});

const found = (filter: ConnectionFilter): string[] => [...reader.connections(filter)].map(({ id }) => id);

const time = fc.integer({ min: START + 1_990_000, max: START + 2_210_000 });
const word = fc.constantFrom(
  ...[
    'inner',
    'nginx',
    'NGINX',
    'mattermost',
    '%',
    '_',
    '\\',
    '100% bot_',
    'c:\\b',
    'alice',
    'CLAW_',
    'user',
    '203.0.113.3',
  ],
  ...['sequence_number=7', 'made0000', 'going', '10.0.3.9:4', 'firefox/140', 'nobody has this', ''],
);

const filters: fc.Arbitrary<ConnectionFilter> = fc.record(
  {
    open: fc.boolean(),
    judged: fc.boolean(),
    tap: fc.constantFrom('inner', 'edge', 'none'),
    closedBy: fc.constantFrom('client', 'proxy', 'network', 'unknown'),
    cause: fc.constantFrom('client-close', 'proxy-idle-timeout', 'peer-silent', 'unknown'),
    certainty: fc.constantFrom('certain', 'likely', 'possible'),
    hop: fc.constantFrom('nginx', 'mattermost', 'client', 'none'),
    text: word,
    sinceMs: time,
    untilMs: time,
    idleFromMs: fc.integer({ min: 0, max: 90_000 }),
    idleToMs: fc.integer({ min: 0, max: 90_000 }),
    ids: fc.uniqueArray(fc.integer({ min: 0, max: CLOSED + OPEN + 5 }).map((i) => `made${String(i).padStart(6, '0')}`)),
  },
  { requiredKeys: [] },
);

describe('whatever is asked for', () => {
  it('is found, nothing else, open ones first and then the last closed first', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(found(filter)).toEqual(expected(made, filter).map(({ id }) => id));
      }),
      { numRuns: 300 },
    );
  });

  it('comes whole in pages of any size', () => {
    fc.assert(
      fc.property(filters, fc.integer({ min: 1, max: 250 }), (filter, limit) => {
        const pages: string[] = [];
        for (let after: ConnectionFilter = {}; ; ) {
          const page = [...reader.connections({ ...filter, ...after, limit })];
          pages.push(...page.map(({ id }) => id));
          const last = page.at(-1);
          if (last === undefined) break;
          after = { after: last };
        }
        expect(pages).toEqual(found(filter));
      }),
      { numRuns: 100 },
    );
  });

  it.each<[string, ConnectionFilter, number]>([
    ['a percent sign is not every text', { text: '%' }, 115],
    ['an underscore is not any character', { text: 'w_b' }, 115],
    ['a backslash is a backslash', { text: 'c:\\' }, 115],
    ['a text longer than any that SQLite takes as a pattern is in nothing', { text: 'x'.repeat(60_000) }, 0],
  ])('%s', (_, filter, count) => {
    expect(found(filter)).toHaveLength(count);
  });
});

describe('sums', () => {
  it('are over what lists show', () => {
    fc.assert(
      fc.property(filters, ({ tap, text, sinceMs, untilMs, ids, idleFromMs }) => {
        const filter: ConnectionFilter = Object.fromEntries(
          Object.entries({ tap, text, sinceMs, untilMs, ids, idleFromMs }).filter(([, value]) => value !== undefined),
        );
        const closed = expected(made, { ...filter, judged: true });
        const endings = reader.endings(filter);
        const idle = endings.flatMap((group) =>
          group.idleMs.map((ms, i) => [group.tap, group.cause, group.closedAt[i], ms]),
        );
        const listed = closed.map(({ tap: of, verdict, closedAt }) => [
          of,
          verdict?.cause,
          closedAt,
          verdict?.idle.anyMs,
        ]);
        const sorted = (rows: unknown[][]): string[] => rows.map((row) => JSON.stringify(row)).sort();
        expect(sorted(idle)).toEqual(sorted(listed));
        expect(endings.flatMap(({ lifetimeMs }) => lifetimeMs).sort()).toEqual(
          closed.map(({ verdict }) => verdict?.lifetimeMs).sort(),
        );
        expect(endings.flatMap(({ togetherAt }) => togetherAt).length).toBe(
          closed.filter(({ together }) => together !== null).length,
        );
      }),
      { numRuns: 200 },
    );
  });

  it('know the open ones by tap and keepalive', () => {
    const opened = reader
      .openOnes()
      .flatMap(({ tap, keepaliveMs, openedAt }) => openedAt.map((at) => [tap, keepaliveMs.client, at]));
    const listed = made
      .filter(({ closedAt }) => closedAt === null)
      .map(({ tap, keepaliveMs, openedAt }) => [tap, keepaliveMs.client, Math.floor(openedAt)]);
    expect(opened.map(String).sort()).toEqual(listed.map(String).sort());
  });
});
