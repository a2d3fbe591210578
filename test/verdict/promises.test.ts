import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact, Side } from '../../src/evidence/fact.ts';
import type { Timeline } from '../../src/evidence/timeline.ts';
import { judge } from '../../src/verdict/judge.ts';
import { type Opening, play, silence } from './dialogue.ts';

/** What holds for every timeline, whatever crossed: facts in any order, at any time, with any number in them. */

const at = fc.oneof(
  fc.double({ min: -1e15, max: 1e15, noNaN: true }),
  fc.integer({ min: 1_795_000_000_000, max: 1_795_000_200_000 }),
);
const ms = fc.oneof(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.constantFrom(0, 4003, 60_003, 100_000));
const from = fc.constantFrom<Side>('client', 'server');
const text = fc.string({ maxLength: 12 });
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
const is = <K extends Fact['kind']>(kind: K): fc.Arbitrary<K> => fc.constant(kind);
const headers = fc.array(
  fc.tuple(fc.constantFrom('Server', 'Via', 'X-Real-IP', 'Origin', 'Host', 'Connection', 'CF-Ray'), text),
  { maxLength: 4 },
);

const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({
    kind: is('upgrade-request'),
    at,
    method: text,
    url: text,
    httpVersion: text,
    headers,
    peer: text,
    headBytes: fc.nat(),
    missing: maybe(fc.constantFrom('upgrade' as const, 'connection' as const, 'both' as const)),
  }),
  fc.record({
    kind: is('upgrade-answer'),
    at,
    status: fc.oneof(fc.constant(101), fc.integer({ min: 100, max: 599 })),
    reason: text,
    httpVersion: text,
    headers,
    headBytes: fc.nat(),
    body: maybe(text),
    own: fc.boolean(),
  }),
  fc.record({
    kind: is('target-failed'),
    at,
    stage: fc.constantFrom('connect' as const, 'tls' as const, 'answer' as const),
    code: text,
    says: text,
  }),
  fc.record({
    kind: is('close-frame'),
    at,
    from,
    code: maybe(fc.integer({ min: 0, max: 65_535 })),
    reason: text,
    masked: fc.boolean(),
    echo: fc.boolean(),
  }),
  fc.record({
    kind: is('fin'),
    at,
    from,
    closeNotify: maybe(fc.boolean()),
    insideFrame: maybe(fc.record({ got: fc.nat(), of: fc.nat() })),
  }),
  fc.record({ kind: is('rst'), at, from, errno: text, sinceWriteMs: maybe(ms), silentBeforeWriteMs: maybe(ms) }),
  fc.record({ kind: is('lost'), at, from, errno: fc.constantFrom('ETIMEDOUT', 'EHOSTUNREACH') }),
  fc.record({ kind: is('tls-fault'), at, from, code: text, says: text }),
  fc.record({
    kind: is('own-close'),
    at,
    why: fc.constantFrom('shutdown' as const, 'dead-peer' as const, 'limit' as const, 'killed' as const),
    side: maybe(from),
    says: text,
  }),
  fc.record({ kind: is('pause'), at, from }),
  fc.record({ kind: is('resume'), at, from, pausedMs: ms }),
  fc.record({ kind: is('pong-missed'), at, from, missed: fc.nat() }),
  fc.record({ kind: is('not-websocket'), at, from, byte: fc.nat(), faults: fc.array(text) }),
  fc.record({ kind: is('frame-fault'), at, from, frame: fc.nat(), faults: fc.array(text) }),
  fc.record({
    kind: is('together'),
    at,
    from,
    count: fc.nat(),
    spreadMs: ms,
    idleMs: fc.tuple(ms, ms),
    clients: maybe(fc.nat()),
    survivors: fc.nat(),
  }),
  fc.record({ kind: is('target-refused'), at, code: text }),
  fc.record({ kind: is('idle-recurs'), at, from, idleMs: ms, times: fc.nat() }),
  fc.record({ kind: is('idle-outlived'), at, from, idleMs: ms, otherMs: ms }),
  fc.record({ kind: is('next-url'), at, code: fc.constantFrom('4000', '4001', '1006', '') }),
  fc.record({ kind: is('ended'), at }),
);

const steps = fc.array(
  fc.oneof(
    fc.constantFrom(
      'S hello',
      'S ping',
      'C pong',
      'C ping',
      'C data 9000',
      'C data unmasked',
      'S data',
      'C action ping',
      'H ping C',
      'C own-pong',
      'C missed',
      'S pause',
      'S resume',
      'C FIN',
      'S FIN',
      'C RST',
      'S RST',
      'C CLOSE 1000',
      'S CLOSE',
      'C CLOSE 1001 unmasked',
      'END',
    ),
    ms.map(silence),
    anyFact.map(
      (made) =>
        (scene: { add(fact: Fact): void }): void =>
          scene.add(made),
    ),
  ),
  { maxLength: 14 },
);

const name = fc.oneof(fc.constantFrom('nginx', 'haproxy', 'caddy', 'apache', 'docker', 'gcp-lb', 'mitmproxy'), text);
const opening: fc.Arbitrary<Opening> = fc.record({
  behind: maybe(name),
  before: maybe(name),
  idleMs: maybe(ms),
  url: fc.constantFrom(
    '/api/v4/websocket',
    '/api/v4/websocket?connection_id=a&sequence_number=1',
    '/ws',
    '%%%?%E0%A4%A',
  ),
  status: fc.constantFrom(101, 101, 101, 0, 400),
  request: headers,
  answer: headers,
});

const timelines: fc.Arbitrary<Timeline> = fc.tuple(opening, steps).map(([how, what]) => play(how, what));

/** The facts on which alone a verdict may be certain (DESIGN.md, "The rule of certainty"). */
function conclusive(timeline: Timeline): boolean {
  return timeline.facts.some(
    (fact) =>
      fact.kind === 'close-frame' ||
      fact.kind === 'lost' ||
      fact.kind === 'target-failed' ||
      (fact.kind === 'own-close' && fact.why !== 'killed') ||
      (fact.kind === 'upgrade-answer' && fact.status !== 101),
  );
}

describe('for any timeline, judge', () => {
  const runs = { numRuns: 3000, seed: 449 };

  it('gives a whole verdict and never throws', () => {
    fc.assert(
      fc.property(timelines, (timeline) => {
        const verdict = judge(timeline);
        expect(verdict.summary).not.toBe('');
        expect(verdict.summary).not.toMatch(/undefined|NaN|null/);
        expect(verdict.lifetimeMs).toBeGreaterThanOrEqual(0);
        for (const { at: when } of verdict.evidence) expect(when).toMatch(/^[+-]?\d{4,6}-\d\d-\d\dT/);
        for (const idle of [verdict.idle.clientMs, verdict.idle.serverMs, verdict.idle.anyMs])
          expect(idle === null || idle >= 0).toBe(true);
      }),
      runs,
    );
  });

  it('is certain only on conclusive facts, and names a witness whenever it is not', () => {
    fc.assert(
      fc.property(timelines, (timeline) => {
        const { certainty, witness } = judge(timeline);
        if (certainty === 'certain') expect(conclusive(timeline)).toBe(true);
        expect(witness === null).toBe(certainty === 'certain');
      }),
      runs,
    );
  });

  it('is never certain, nor likely the client or the server, about a FIN or a reset behind a proxy that passes them on', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('nginx', 'apache', 'caddy'),
        fc.constantFrom('C FIN', 'C RST'),
        fc.integer({ min: 0, max: 200_000 }),
        (behind, end, idle) => {
          const verdict = judge(play({ behind }, ['S hello', silence(700), 'S posted', silence(idle), end]));
          expect(verdict.certainty).not.toBe('certain');
          if (verdict.certainty === 'likely') expect(verdict.closedBy).toBe('proxy');
        },
      ),
      runs,
    );
  });

  it('is pure: the same timeline gives the same verdict and is left as it was', () => {
    fc.assert(
      fc.property(timelines, (timeline) => {
        const copy = structuredClone(timeline);
        const first = judge(timeline);
        expect(timeline).toEqual(copy);
        expect(judge(copy)).toEqual(first);
        expect(JSON.parse(JSON.stringify(first))).toEqual(first);
      }),
      { ...runs, numRuns: 1000 },
    );
  });

  it('does not change its mind about who and why when the rest of the end comes in', () => {
    const seen = ['S hello', silence(700), 'S posted', silence(60_003), 'C FIN'];
    const early = judge(play({ behind: 'nginx' }, seen));
    const late = judge(play({ behind: 'nginx' }, [...seen, silence(40_000), 'S data', 'S FIN', 'END']));
    const { closedBy, cause, certainty, idle, lifetimeMs } = early;
    expect(late).toMatchObject({ closedBy, cause, certainty, idle, lifetimeMs });
    expect(early.closedAt).not.toBeNull();
    expect(Date.parse(late.closedAt ?? '')).toBe(Date.parse(early.closedAt ?? '') + 40_000);
  });
});

describe('the numbers of a verdict', () => {
  it('count up to the first closing act, own pings apart', () => {
    const verdict = judge(
      play({ behind: 'nginx' }, [
        'S hello',
        silence(20_000),
        'H ping C',
        silence(3),
        'C own-pong',
        silence(10_000),
        'C FIN',
        silence(5000),
        'S FIN',
        'END',
      ]),
    );
    expect(verdict.idle).toEqual({ clientMs: 10_000, serverMs: 30_003, anyMs: 10_000, longestNaturalGapMs: 30_003 });
    expect(verdict.frames).toEqual({ client: 0, server: 1 });
    expect(verdict.lifetimeMs).toBe(30_005);
  });

  it('do not let the Close frame itself end the silence before it', () => {
    const verdict = judge(play({}, ['S hello', silence(500), 'C data', silence(9000), 'C CLOSE 1000', 'S CLOSE 1000']));
    expect(verdict.idle).toEqual({ clientMs: 9000, serverMs: 9500, anyMs: 9000, longestNaturalGapMs: 9000 });
    expect(verdict).toMatchObject({ closeCode: 1000, closeReason: '', manner: 'close-frame' });
  });

  it('say how often a timer would have cut it without the pings', () => {
    const quiet = Array.from({ length: 12 }, () => [
      silence(30_000),
      'H ping C',
      silence(2),
      'C own-pong',
      silence(31_000),
      'S posted',
    ]).flat();
    const { evidence } = judge(play({ behind: 'nginx' }, ['S hello', ...quiet, 'C CLOSE 1000']));
    expect(evidence.map(({ says }) => says)).toContain(
      "without hangup's pings a 60 s timer would have cut this 12 times",
    );
  });
});
