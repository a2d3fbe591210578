import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact, FrameRecord, Side } from '../../../../src/evidence/fact.ts';
import type { Label, LanesLayout } from '../../../../src/inspector/page/lanes/geometry.ts';
import { layoutLanes } from '../../../../src/inspector/page/lanes/layout.ts';
import type { Certainty, Party } from '../../../../src/verdict/verdict.ts';
import { at, closeFrame, detail, fin, idleTimeout, opened, type Told, text, view } from './details.ts';

const TALLEST_PX = 720;

const overlap = (a: Label['box'], b: Label['box']): boolean =>
  a.x < b.x + b.width - 0.01 &&
  b.x < a.x + a.width - 0.01 &&
  a.y < b.y + b.height - 0.01 &&
  b.y < a.y + a.height - 0.01;

function expectReadable(layout: LanesLayout): void {
  const { labels, width, height } = layout;
  for (const [i, a] of labels.entries()) {
    expect(a.box.x, JSON.stringify(a)).toBeGreaterThanOrEqual(-0.01);
    expect(a.box.x + a.box.width, JSON.stringify(a)).toBeLessThanOrEqual(width + 0.01);
    expect(a.box.y).toBeGreaterThanOrEqual(0);
    expect(a.box.y + a.box.height).toBeLessThanOrEqual(height);
    for (const b of labels.slice(i + 1)) expect(overlap(a.box, b.box), `${a.lines} | ${b.lines}`).toBe(false);
  }
  const told = labels.filter(({ at: time }) => time !== null);
  for (const [i, a] of told.entries()) {
    const next = told[i + 1];
    if (next === undefined) continue;
    expect(a.at ?? 0).toBeLessThanOrEqual(next.at ?? 0);
    expect(a.box.y).toBeLessThan(next.box.y);
  }
  for (const [i, { x, head }] of layout.lanes.entries()) {
    for (const { head: other } of layout.lanes.slice(i + 1))
      expect(overlap(head.box, other.box), head.name).toBe(false);
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(width);
    expect(head.box.x).toBeGreaterThanOrEqual(0);
    expect(head.box.x + head.box.width).toBeLessThanOrEqual(width + 0.01);
  }
  const leg = layout.lit?.head?.box;
  for (const { box } of leg === undefined ? [] : labels)
    expect((leg?.y ?? 0) + (leg?.height ?? 0)).toBeLessThanOrEqual(box.y);
  for (const { y, stretches } of layout.arrows) {
    expect(y).toBeLessThan(height);
    for (const { x1, x2 } of stretches) expect(Math.max(x1, x2)).toBeLessThan(width);
  }
  expect(height).toBeLessThanOrEqual(TALLEST_PX);
}

const side = fc.constantFrom<Side>('client', 'server');
const seconds = fc.oneof(
  fc.double({ min: -100_000, max: 30, noNaN: true }),
  fc.double({ min: -65, max: 0.5, noNaN: true }),
);
const words = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constant('x'.repeat(300)),
);
const hop = fc.option(fc.oneof(fc.constantFrom('nginx', 'docker'), words), { nil: null });

const frame: fc.Arbitrary<FrameRecord> = fc.record({
  at: seconds.map(at),
  from: side,
  opcode: fc.constantFrom(0, 1, 2, 8, 9, 9, 10, 10),
  fin: fc.boolean(),
  rsv: fc.constant(0),
  masked: fc.boolean(),
  length: fc.nat(100_000_000),
  own: fc.boolean(),
  name: fc.option(words, { nil: null }),
});

const fact: fc.Arbitrary<Fact> = fc
  .tuple(seconds.map(at), side, words)
  .chain(([when, from, says]) =>
    fc.constantFrom<Fact>(
      { kind: 'fin', at: when, from, closeNotify: false, insideFrame: { got: 1, of: 2 } },
      { kind: 'rst', at: when, from, errno: 'ECONNRESET', sinceWriteMs: 1, silentBeforeWriteMs: 2 },
      { kind: 'close-frame', at: when, from, code: 1001, reason: says, masked: true, echo: false },
      { kind: 'lost', at: when, from, errno: 'ETIMEDOUT' },
      { kind: 'tls-fault', at: when, from, code: 'ERR', says },
      { kind: 'own-close', at: when, why: 'limit', side: null, says },
      { kind: 'pause', at: when, from },
      { kind: 'resume', at: when, from, pausedMs: 700 },
      { kind: 'pong-missed', at: when, from, missed: 2 },
      { kind: 'target-failed', at: when, stage: 'connect', code: 'X', says },
      { kind: 'not-websocket', at: when, from, byte: 12, faults: [says] },
      { kind: 'next-url', at: when, code: says },
      { kind: 'ended', at: when },
    ),
  );

const told: fc.Arbitrary<Told> = fc.record({
  facts: fc.array(fact, { maxLength: 100 }).map((facts) => facts.map(view)),
  frames: fc.array(frame, { maxLength: 64 }),
  firstFrame: fc.nat(10_000_000),
  behind: hop,
  before: hop,
  seconds: fc.constant(-100_001),
  verdict: fc.option(
    fc.record({
      closedBy: fc.constantFrom<Party>('client', 'proxy', 'server', 'network', 'gateway', 'unknown'),
      certainty: fc.constantFrom<Certainty>('certain', 'likely', 'possible'),
      hop,
    }),
    { nil: null },
  ),
  timers: fc.array(fc.record({ ms: fc.integer({ min: 0, max: 500_000 }), label: words }), { maxLength: 12 }),
});

describe('whatever happened, the picture can be read', () => {
  it('has no label on another or outside, keeps the order of time, and is never taller than a screen', () => {
    fc.assert(
      fc.property(told, fc.integer({ min: 260, max: 1800 }), (of, width) =>
        expectReadable(layoutLanes(detail(of), width)),
      ),
      { numRuns: 250 },
    );
  }, 120_000);

  it('keeps the labels of many timers within the silence they stand in, and leaves out the others', () => {
    const many = fc.array(fc.record({ ms: fc.integer({ min: 1000, max: 130_000 }), label: words }), { maxLength: 14 });
    fc.assert(
      fc.property(
        many,
        fc.double({ min: 2, max: 120, noNaN: true }),
        fc.integer({ min: 260, max: 1400 }),
        (timers, quiet, width) => {
          const layout = layoutLanes(idleTimeout({ timers, frames: [text(-quiet, 'client')] }), width);
          expectReadable(layout);
          expect(layout.timers).toHaveLength(layout.labels.filter(({ kind }) => kind === 'timer').length);
          const silence = layout.silences.at(-1);
          for (const { y } of layout.timers) expect(y).toBeGreaterThanOrEqual(silence?.top ?? Number.NaN);
          for (const { y } of layout.timers) expect(y).toBeLessThanOrEqual((silence?.bottom ?? Number.NaN) + 1e-6);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('stays readable with a full window, 100 facts and long names', () => {
    const frames = Array.from({ length: 64 }, (_, i) =>
      text(-100 + i * 1.4, i % 3 === 0 ? 'client' : 'server', 'n'.repeat(80)),
    );
    const pauses = Array.from({ length: 100 }, (_, i) =>
      view({ kind: 'pause', at: at(-98 + i * 0.9), from: 'server' }),
    );
    const of = detail({
      frames,
      firstFrame: 1_000_000,
      facts: [...opened(-5000), ...pauses, closeFrame(0, 'client', false, 'r'.repeat(120)), fin(0.1, 'client')],
      behind: 'ingress-nginx-controller-7f9c66d5b-x2x9z',
      before: 'a-service-mesh-sidecar',
      verdict: { closedBy: 'network', certainty: 'possible' },
    });
    for (const width of [260, 311, 639, 640, 820, 1500]) expectReadable(layoutLanes(of, width));
  });

  it('draws nothing but the lanes where nothing was kept', () => {
    const layout = layoutLanes(detail({ verdict: {} }), 900);
    expect(layout.labels).toEqual([]);
    expect(layout.lanes).toHaveLength(3);
  });
});

describe('a death by idle timeout behind nginx', () => {
  const layout = layoutLanes(idleTimeout(), 1200);
  const label = (kind: Label['kind']) => layout.labels.filter((each) => each.kind === kind);

  it('tells the times from the close, with the milliseconds that decide', () => {
    expect(layout.labels.filter(({ kind }) => kind === 'moment').map(({ time }) => time)).toContain('-60.044 s');
    expect(label('act')[0]).toMatchObject({ time: '+0.000 s', lines: ['nginx: FIN (first to close)'], party: 'proxy' });
  });

  it('measures the silence before the close', () => {
    expect(layout.silences.at(-1)?.ms).toBeCloseTo(60_003, 0);
    expect(label('silence').at(-1)?.lines).toEqual(['60.003 s', 'of silence']);
  });

  it('draws the timer that ran out into it, and not the one that did not', () => {
    const silence = layout.silences.at(-1);
    expect(layout.timers).toHaveLength(1);
    expect(layout.timers[0]?.y).toBeGreaterThan((silence?.bottom ?? 0) - 1);
    expect(layout.timers[0]?.y).toBeLessThanOrEqual(silence?.bottom ?? 0);
    expect(label('timer').map(({ lines }) => lines.join(' '))).toEqual(['60 s: nginx proxy_read_timeout (default)']);
  });

  it('draws no timer into a silence that ended otherwise', () => {
    const healed = idleTimeout({ frames: [text(-200, 'server'), text(-120, 'client'), text(-10, 'server')] });
    expect(layoutLanes(healed, 1200).silences.map(({ ms }) => Math.round(ms))).toEqual([80_000, 110_000, 10_000]);
    expect(layoutLanes(healed, 1200).timers).toEqual([]);
  });

  it('draws a timer that fires a little early all the same, as nginx does', () => {
    const early = idleTimeout({ facts: [...opened(-843), fin(-0.25, 'client')] });
    expect(layoutLanes(early, 1200).timers).toHaveLength(1);
  });

  it('emphasises the first closing act and nothing else', () => {
    expect(layout.arrows.filter(({ first }) => first)).toMatchObject([{ head: 'fin', party: 'proxy' }]);
    expect(layout.act).not.toBeNull();
    expect(layout.nowY).toBeNull();
  });

  it('says what was folded', () => {
    expect(label('fold').map(({ lines }) => lines.join(' '))).toEqual(['1,150 frames in 12 m 03 s']);
  });

  it('has the names in a staircase and the words beside narrow lanes on a phone', () => {
    const phone = layoutLanes(idleTimeout(), 311);
    expect(phone.compact).toBe(true);
    const heads = phone.lanes.map(({ head }) => head.box);
    for (const [i, head] of heads.entries()) {
      const next = heads[i + 1];
      if (next !== undefined) expect(next.y).toBeGreaterThanOrEqual(head.y + head.height);
    }
    expect(phone.labels.find(({ kind }) => kind === 'silence')?.lines[0]).toContain('of silence');
  });
});

describe('an open connection', () => {
  const layout = layoutLanes(detail({ facts: opened(-90), frames: [text(-12.3, 'client')], seconds: -90 }), 900);

  it('ends at now, with the silence until then, nobody lit and nothing emphasised', () => {
    expect(layout.labels.at(-1)).toMatchObject({ kind: 'now', time: '+0.000 s', lines: ['now, still open'] });
    expect(layout.silences.at(-1)?.ms).toBeCloseTo(12_300, 0);
    expect(layout.lit).toBeNull();
    expect(layout.act).toBeNull();
    expect(layout.timers).toEqual([]);
  });
});
