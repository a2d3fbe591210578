import { describe, expect, it } from 'vitest';
import type { EndedTogether, Fact, Side } from '../../src/evidence/fact.ts';
import { type FirstEnd, firstEndOf } from '../../src/verdict/first-end.ts';
import { MassCloses } from '../../src/verdict/grouping.ts';
import { play, silence } from './dialogue.ts';

const T0 = 1_795_360_000_000;

const end = (connection: string, at: number, more: Partial<FirstEnd> = {}): FirstEnd => ({
  connection,
  tap: 'inner',
  side: 'client',
  at: T0 + at,
  abrupt: true,
  idleMs: 1000,
  silenceMs: more.idleMs ?? 1000,
  timed: false,
  client: null,
  neighbour: 'inner/client/10.0.0.1',
  ...more,
});

function grouped(ends: readonly FirstEnd[], connection = ends.at(-1)?.connection ?? '', survivors = 0): Fact[] {
  const closes = new MassCloses();
  for (const each of ends) closes.acted(each);
  return closes.factsFor(connection, T0 + 99_999, survivors);
}

const togetherOf = (facts: readonly Fact[]): EndedTogether | undefined =>
  facts.find((fact) => fact.kind === 'together');

describe('connections that ended together', () => {
  it('are counted, with their spread, idle times, clients and survivors', () => {
    const ends = [
      end('a', 0, { idleMs: 300, client: '10.0.0.1' }),
      end('b', 12, { idleMs: 41_000, client: '10.0.0.2' }),
      end('c', 33, { client: '10.0.0.2' }),
    ];
    for (const { connection } of ends) {
      expect(grouped(ends, connection, 4)).toEqual([
        {
          kind: 'together',
          at: T0 + 99_999,
          from: 'client',
          count: 3,
          spreadMs: 33,
          idleMs: [300, 41_000],
          clients: 2,
          survivors: 4,
        },
      ]);
    }
  });

  it('on a timer are told from those that are not: a timer ends what fell silent together', () => {
    const on = (name: string, at: number): FirstEnd =>
      end(name, at, { idleMs: 60_003, silenceMs: 60_003, timed: true });
    const timed = Array.from({ length: 30 }, (_, i) => on(`t${i}`, i));
    const one = [...timed, end('x', 15, { idleMs: 17_000 })];
    expect(togetherOf(grouped(one, 't3'))).toMatchObject({ count: 30, idleMs: [60_003, 60_003], beside: 1 });
    expect(togetherOf(grouped(one, 'x'))).toBeUndefined();
    const several = [...one, end('y', 20, { idleMs: 3000 })];
    expect(togetherOf(grouped(several, 'x'))).toMatchObject({ count: 2, idleMs: [3000, 17_000], beside: 30 });
    // Of many that end at any age, one stands on a timer by chance; of few, nobody knows.
    const reload = Array.from({ length: 12 }, (_, i) => end(`r${i}`, i, { idleMs: i * 997 }));
    expect(togetherOf(grouped([...reload, on('t', 5)], 't'))).toMatchObject({ count: 13, idleMs: [0, 60_003] });
    expect(togetherOf(grouped([...reload, on('t', 5)], 'r3'))?.count).toBe(13);
    expect(togetherOf(grouped([end('x', 0), on('t', 5)], 't'))?.count).toBe(2);
    expect(togetherOf(grouped([end('x', 0), on('t', 5)], 'x'))).toBeUndefined();
  });

  it('have no number of clients when no proxy reported addresses', () => {
    expect(togetherOf(grouped([end('a', 0), end('b', 5)]))?.clients).toBeNull();
  });

  it.each([
    ['another tap', { tap: 'edge' }],
    ['the other side', { side: 'server' as Side }],
    ['a Close frame', { abrupt: false }],
  ])('are not mixed with %s', (_, more) => {
    expect(grouped([end('a', 0), end('b', 5, more)])).toEqual([]);
  });

  it('are not those 251 ms apart, and one alone is no group', () => {
    expect(grouped([end('a', 0), end('b', 251)])).toEqual([]);
    expect(grouped([end('a', 0)])).toEqual([]);
    expect(togetherOf(grouped([end('a', 0), end('b', 250)]))?.count).toBe(2);
  });

  it('are told from the ordinary churn of a busy tap', () => {
    const churn = Array.from({ length: 60 }, (_, i) => end(`x${i}`, i * 167, { client: `10.0.0.${i}` }));
    expect(togetherOf(grouped(churn))).toBeUndefined();
    const reload = Array.from({ length: 12 }, (_, i) => end(`r${i}`, 10_100 + i * 3, { client: `10.0.1.${i}` }));
    const seen = togetherOf(grouped([...churn, ...reload]));
    expect(seen?.count).toBeGreaterThanOrEqual(12);
    expect(seen?.count).toBeLessThanOrEqual(15);
  });

  it('are grouped whatever the order of the reports, each once', () => {
    expect(togetherOf(grouped([end('b', 20), end('a', 0), end('b', 20), end('c', 40)], 'a'))?.count).toBe(3);
  });

  it('may be nine thousand at once without a stall', () => {
    const closes = new MassCloses();
    const many = Array.from({ length: 9000 }, (_, i) => end(`m${i}`, i / 300, { client: `c${i % 500}` }));
    const begun = performance.now();
    for (const each of many) closes.acted(each);
    for (const { connection } of many) expect(togetherOf(closes.factsFor(connection, T0, 0))?.count).toBe(9000);
    expect(performance.now() - begun).toBeLessThan(1500);
  });

  it('are forgotten in time: memory is bounded', () => {
    const closes = new MassCloses();
    for (let i = 0; i < 50_000; i++) closes.acted(end(`m${i}`, i * 1000, { timed: i % 3 === 0 }));
    expect(closes.factsFor('m0', T0, 0)).toEqual([]);
    for (let i = 0; i < 1000; i++) closes.acted(end(`t${i}`, i, { tap: `tap${i}` }));
    expect(closes.factsFor('m49999', T0, 0)).toEqual([]);
  });
});

describe('an idle time that recurs', () => {
  it('is counted over separate incidents', () => {
    const ends = [
      end('a', 0, { idleMs: 60_003 }),
      end('b', 5000, { idleMs: 60_040 }),
      end('c', 9000, { idleMs: 59_998 }),
    ];
    expect(grouped(ends)).toEqual([{ kind: 'idle-recurs', at: T0 + 99_999, from: 'client', idleMs: 59_998, times: 3 }]);
  });

  it('counts the ends of one group once: they heard the same broadcast', () => {
    const ends = Array.from({ length: 12 }, (_, i) => end(`a${i}`, i, { idleMs: 7433 + i }));
    expect(grouped(ends).map(({ kind }) => kind)).toEqual(['together']);
  });

  it('is told to those who were judged when it was rarer, for as long as it changes their verdict', () => {
    const closes = new MassCloses();
    const ends = [end('a', 0, { idleMs: 4003 }), end('x', 2000, { idleMs: 4400 }), end('b', 5000, { idleMs: 4040 })];
    for (const each of ends) closes.acted(each);
    closes.acted(end('other', 6000, { idleMs: 4003, tap: 'another' }));
    const [fact] = closes.factsFor('b', T0 + 6000, 0);
    if (fact?.kind !== 'idle-recurs') throw new Error('no recurrence');
    expect(closes.sharing('b', fact)).toEqual(['a']);
    expect(closes.sharing('b', fact)).toEqual([]);
    closes.acted(end('c', 9000, { idleMs: 4010 }));
    const [again] = closes.factsFor('c', T0 + 10_000, 0);
    if (again?.kind !== 'idle-recurs') throw new Error('no recurrence');
    // An odd idle time becomes a timer's only with the third, so the first two hear it again; a fourth changes nothing.
    expect(closes.sharing('c', again)).toEqual(['a', 'b']);
    closes.acted(end('d', 14_000, { idleMs: 4010 }));
    const [fourth] = closes.factsFor('d', T0 + 15_000, 0);
    if (fourth?.kind !== 'idle-recurs') throw new Error('no recurrence');
    expect(closes.sharing('d', fourth)).toEqual([]);
  });

  it('is not what two of many random ends have in common', () => {
    const ends = Array.from({ length: 40 }, (_, i) => end(`a${i}`, i * 5000, { idleMs: 4000 + ((i * 371) % 3000) }));
    for (const { connection } of ends) {
      expect(grouped(ends, connection).filter(({ kind }) => kind !== 'idle-outlived')).toEqual([]);
    }
  });

  it('is never a short one, nor one before a Close frame', () => {
    expect(grouped([end('a', 0, { idleMs: 1500 }), end('b', 5000, { idleMs: 1500 })])).toEqual([]);
    expect(
      grouped([end('a', 0, { idleMs: 9500, abrupt: false }), end('b', 5000, { idleMs: 9500, abrupt: false })]),
    ).toEqual([]);
  });
});

describe('a target that refuses new connections', () => {
  it('is told to the server ends before it, each once', () => {
    const closes = new MassCloses();
    closes.acted(end('old', -40_000, { side: 'server' }));
    closes.acted(end('client', 0));
    closes.acted(end('a', 0, { side: 'server' }));
    closes.acted(end('other tap', 0, { side: 'server', tap: 'edge' }));
    expect(closes.refused('inner', T0 + 900, 'ECONNREFUSED')).toEqual({
      fact: { kind: 'target-refused', at: T0 + 900, code: 'ECONNREFUSED' },
      connections: ['a'],
    });
    expect(closes.refused('inner', T0 + 1900, 'ECONNREFUSED').connections).toEqual([]);
    expect(closes.factsFor('a', T0 + 2000, 0)).toEqual([]);
  });

  it('is found when it came before the question', () => {
    const closes = new MassCloses();
    closes.refused('inner', T0 - 5, 'ECONNREFUSED');
    closes.acted(end('a', 0, { side: 'server' }));
    expect(closes.factsFor('a', T0 + 300, 0)).toEqual([]);
    closes.acted(end('b', 1000, { side: 'server' }));
    closes.refused('inner', T0 + 1100, 'ECONNREFUSED');
    expect(closes.factsFor('b', T0 + 1300, 0)).toEqual([]);
    expect(closes.refused('inner', T0 + 1200, 'ECONNREFUSED').connections).toEqual([]);
  });
});

describe('the first end of a timeline', () => {
  const hello = ['S hello', silence(500), 'S posted'];

  it('carries the idle time that a timer at the neighbour saw', () => {
    expect(
      firstEndOf(play({ behind: 'nginx' }, [...hello, silence(4000), 'C FIN', silence(900), 'S FIN']), '10.0.0.1'),
    ).toMatchObject({
      connection: 'c1',
      tap: 'inner',
      side: 'client',
      abrupt: true,
      idleMs: 4000,
      client: '10.0.0.1',
    });
    expect(firstEndOf(play({}, [...hello, 'S CLOSE 1001']), null)).toMatchObject({ side: 'server', abrupt: false });
  });

  it('is nobody’s while open, after a refusal, and for a lost path', () => {
    expect(firstEndOf(play({}, hello), null)).toBeNull();
    expect(firstEndOf(play({ status: 403 }, ['C FIN']), null)).toBeNull();
    expect(firstEndOf(play({}, [...hello, 'C LOST ETIMEDOUT']), null)).toBeNull();
  });
});

describe('a silence that another connection has outlived', () => {
  const outlivedOf = (facts: readonly Fact[]) => facts.find((fact) => fact.kind === 'idle-outlived');

  it('is told to an end that was silent for less, whoever ended the other one', () => {
    for (const abrupt of [true, false]) {
      const longer = end('longer', 0, { idleMs: 40_000, abrupt });
      const facts = grouped([longer, end('shorter', 60_000, { idleMs: 12_000 })]);
      expect(outlivedOf(facts)).toEqual({
        kind: 'idle-outlived',
        at: T0 + 99_999,
        from: 'client',
        idleMs: 12_000,
        otherMs: 40_000,
      });
    }
  });

  it('counts while the other one is still open', () => {
    const closes = new MassCloses();
    closes.acted(end('a', 0, { idleMs: 12_000 }));
    expect(outlivedOf(closes.factsFor('a', T0 + 300, 1, 12_900))).toBeUndefined();
    closes.acted(end('b', 1000, { idleMs: 12_000 }));
    expect(outlivedOf(closes.factsFor('b', T0 + 1300, 1, 13_100))).toMatchObject({ otherMs: 13_100 });
  });

  it('is told afterwards to those who ended before it, once', () => {
    const closes = new MassCloses();
    closes.acted(end('a', 0, { idleMs: 12_000 }));
    closes.acted(end('b', 5000, { idleMs: 12_400 }));
    expect(closes.factsFor('b', T0 + 5300, 1)).toEqual([]);
    closes.acted(end('c', 30_000, { idleMs: 30_000, abrupt: false }));
    expect(closes.outlived('c', T0 + 30_300).map(({ connection }) => connection)).toEqual(['a', 'b']);
    expect(closes.outlived('c', T0 + 30_400)).toEqual([]);
    expect(outlivedOf(closes.factsFor('a', T0 + 30_500, 1))).toBeUndefined();
  });

  it.each([
    ['through another neighbour', { neighbour: 'inner/client/10.0.0.2' }],
    ['of nearly the same length: a timer may be 300 ms early', { idleMs: 12_900 }],
    ['ten minutes ago: the timer may have been changed', { at: T0 - 11 * 60_000 }],
  ])('is not one %s', (_, more) => {
    const other = { ...end('other', 0, { idleMs: 40_000 }), ...more };
    expect(outlivedOf(grouped([other, end('mine', 1000, { idleMs: 12_000 })]))).toBeUndefined();
  });

  it('says nothing of an end that no idle timer explains', () => {
    const longer = end('longer', 0, { idleMs: 40_000 });
    expect(outlivedOf(grouped([longer, end('a', 1000, { idleMs: 12_000, abrupt: false })]))).toBeUndefined();
    expect(outlivedOf(grouped([longer, end('b', 2000, { idleMs: 1500 })]))).toBeUndefined();
  });
});
