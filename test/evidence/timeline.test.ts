import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/evidence/fact.ts';
import { frameBits } from '../../src/evidence/frame-bits.ts';
import { isClosing, type TimelineHead, TimelineRecorder, WINDOW_FRAMES } from '../../src/evidence/timeline.ts';

const OPENED = 1_700_000_000_000;
const HEAD: TimelineHead = {
  connection: 'c1',
  tap: { name: 'inner', behind: 'nginx', before: null },
  url: '/api/v4/websocket',
  trace: null,
  openedAt: OPENED,
  keepaliveMs: { client: 30_000, server: null },
};

const asked: Fact = {
  ...{ kind: 'upgrade-request', at: OPENED, method: 'GET', url: '/', httpVersion: '1.1', headers: [] },
  ...{ peer: '192.0.2.1:5000', headBytes: 0, missing: null },
};
const pause = (n: number): Fact => ({ kind: 'pause', at: OPENED + n, from: 'client' });
const close = (n: number): Fact => ({
  ...{ kind: 'close-frame', at: OPENED + n, from: 'client', code: 1000, reason: '', masked: true, echo: false },
});
const fin: Fact = { kind: 'fin', at: OPENED + 9_000_000, from: 'server', closeNotify: null, insideFrame: null };
const ended: Fact = { kind: 'ended', at: OPENED + 9_000_001 };

const names = (id: number): string | null => (id === 0 ? null : `name ${id}`);

function recorder(facts: Iterable<Fact> = []): TimelineRecorder {
  const timeline = new TimelineRecorder(HEAD);
  for (const fact of facts) timeline.add(fact);
  return timeline;
}

function* many<T>(count: number, make: (n: number) => T): Generator<T> {
  for (let n = 0; n < count; n++) yield make(n);
}

describe('the facts of a connection of a week', () => {
  it('keep its beginning, its end and the last before it, in order; what was dropped is counted', () => {
    const timeline = recorder([asked, ...many(1_000_000, pause)]);
    timeline.add(fin);
    for (const fact of many(1000, (n) => pause(2_000_000 + n))) timeline.add(fact);
    timeline.add(ended);
    const { facts, dropped } = timeline.snapshot(names);
    expect(facts.length).toBeLessThan(200);
    expect(facts.length + dropped.facts).toBe(1_001_003);
    expect(facts[0]).toEqual(asked);
    expect(facts[31]).toEqual(pause(30));
    expect(facts).toContainEqual(fin);
    expect(facts.at(-1)).toEqual(ended);
    expect(facts.at(-2)).toEqual(pause(2_000_999));
    // The recorder was told out of order here: it keeps the order of arrival and believes nobody's clock.
    expect(facts.indexOf(fin)).toBe(32);
  });

  it('number on, so that the journal can tell that some are gone', () => {
    const timeline = recorder(many(500, pause));
    expect(timeline.add(fin)).toBe(500);
    expect(timeline.add(ended)).toBe(501);
  });

  it('do not grow without bound when a hostile peer sends a million Close frames, and the end is still there', () => {
    const timeline = recorder([asked, ...many(1_000_000, close), fin, ended]);
    const { facts, dropped } = timeline.snapshot(names);
    expect(facts.length).toBeLessThan(200);
    expect(facts.length + dropped.facts).toBe(1_000_003);
    expect(facts[1]).toEqual(close(0));
    expect(facts.slice(-2)).toEqual([fin, ended]);
  });

  it('of a short connection are all there', () => {
    const facts = [asked, pause(1), close(2), fin, ended];
    expect(recorder(facts).snapshot(names)).toMatchObject({ facts, dropped: { facts: 0, frames: 0 } });
  });

  it('that say how it ended are the ones that are never crowded out', () => {
    expect([asked, close(1), fin, ended].every(isClosing)).toBe(true);
    expect([pause(1)].some(isClosing)).toBe(false);
  });
});

describe('the window of frames', () => {
  const bits = (opcode: number, name = 0) => frameBits('server', opcode, true, 0, false, false, name);

  it('holds the last ones of a million, oldest first', () => {
    const timeline = recorder();
    for (const n of many(1_000_000, (i) => i)) timeline.frame(OPENED + n, bits(1, n % 3), n);
    const { frames, dropped } = timeline.snapshot(names);
    expect(frames).toHaveLength(WINDOW_FRAMES);
    expect(dropped.frames).toBe(1_000_000 - WINDOW_FRAMES);
    expect(frames.map(({ length }) => length)).toEqual([...many(WINDOW_FRAMES, (i) => 1_000_000 - WINDOW_FRAMES + i)]);
    const n = 999_999;
    expect(frames.at(-1)).toEqual({
      ...{ at: OPENED + n, from: 'server', opcode: 1, fin: true, rsv: 0, masked: false, length: n, own: false },
      name: names(n % 3),
    });
  });

  it.each([0, 1, WINDOW_FRAMES - 1, WINDOW_FRAMES, WINDOW_FRAMES + 1])('is right after %d frames', (count) => {
    const timeline = recorder();
    for (const n of many(count, (i) => i)) timeline.frame(OPENED + n, bits(2), n);
    const { frames, dropped } = timeline.snapshot(names);
    const kept = Math.min(count, WINDOW_FRAMES);
    expect(frames.map(({ length }) => length)).toEqual([...many(kept, (i) => count - kept + i)]);
    expect(dropped.frames).toBe(count - kept);
  });
});

describe('a snapshot', () => {
  it('stays as it was taken, whatever comes after, and carries nothing of the recorder away', () => {
    const timeline = recorder([asked]);
    timeline.frame(OPENED, frameBits('client', 1, true, 0, true, false, 0), 5);
    const taken = timeline.snapshot(names);
    const copy = structuredClone(taken);
    timeline.totals.firsts.hello = OPENED + 5;
    timeline.totals.server.pings++;
    timeline.arrived(timeline.totals.client, OPENED + 10, 100);
    timeline.natural(OPENED + 70_000);
    timeline.frame(OPENED + 1, frameBits('client', 2, true, 0, true, false, 0), 6);
    timeline.add(close(1));
    expect(taken).toEqual(copy);
    // Twice the same while nothing happens, and plain data that a worker takes.
    expect(timeline.snapshot(names)).toEqual(structuredClone(timeline.snapshot(names)));
    expect(JSON.parse(JSON.stringify(taken))).toEqual(taken);
  });

  it('carries the head as it is', () => {
    expect(recorder().snapshot(names)).toMatchObject(HEAD);
  });
});
