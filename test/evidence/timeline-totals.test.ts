import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/evidence/fact.ts';
import { GAP_THRESHOLDS_MS, TimelineRecorder } from '../../src/evidence/timeline.ts';

const OPENED = 1_700_000_000_000;

function recorder(): TimelineRecorder {
  return new TimelineRecorder({
    ...{ connection: 'c1', tap: { name: 'inner', behind: null, before: null }, url: '/', trace: null },
    ...{ openedAt: OPENED, keepaliveMs: { client: null, server: null } },
  });
}

/** Gaps of at least 30, 55, 60, 90, 100, 240, 300, 350, 600, 900 s. */
const counted = (timeline: TimelineRecorder): readonly number[] => timeline.totals.gaps;

describe('natural gaps: which idle timers would have cut this connection', () => {
  it('count against every timer that is not longer, to the millisecond', () => {
    const timeline = recorder();
    timeline.natural(OPENED + 59_999);
    expect(counted(timeline)).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    timeline.natural(OPENED + 59_999 + 60_000);
    expect(counted(timeline)).toEqual([2, 2, 1, 0, 0, 0, 0, 0, 0, 0]);
    timeline.natural(OPENED + 59_999 + 60_000 + 3_600_000);
    expect(counted(timeline)).toEqual([3, 3, 2, 1, 1, 1, 1, 1, 1, 1]);
    expect(timeline.totals.longestNaturalGapMs).toBe(3_600_000);
  });

  it('are none while something crosses often enough', () => {
    const timeline = recorder();
    for (let at = OPENED; at < OPENED + 3_600_000; at += 29_999) timeline.natural(at);
    expect(counted(timeline)).toEqual(GAP_THRESHOLDS_MS.map(() => 0));
    expect(timeline.totals.longestNaturalGapMs).toBe(29_999);
  });

  it('are not ended by hangup’s own pings and their answers', () => {
    const timeline = recorder();
    const { client } = timeline.totals;
    for (let at = OPENED + 25_000; at <= OPENED + 75_000; at += 25_000) {
      timeline.wrote(client, at);
      timeline.arrived(client, at + 1, 18);
    }
    timeline.natural(OPENED + 100_000);
    expect(timeline.totals.longestNaturalGapMs).toBe(100_000);
    expect(counted(timeline)).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
  });

  it('are not shortened by a clock that steps back', () => {
    const timeline = recorder();
    timeline.natural(OPENED + 1000);
    timeline.natural(OPENED + 500);
    expect(timeline.totals.longestNaturalGapMs).toBe(1000);
  });
});

describe('a neighbour’s idle timer, re-armed as lazily as nginx does (GROUND-TRUTH §2)', () => {
  const armed = (...bytes: readonly number[]): number | null => {
    const timeline = recorder();
    const { server } = timeline.totals;
    for (const at of bytes) timeline.arrived(server, OPENED + at, 1);
    return server.armedAt === null ? null : server.armedAt - OPENED;
  };

  it('does not move for a byte within 300 ms of the one that armed it: that is why nginx closes 250 ms "too early"', () => {
    expect(armed(1000, 1250)).toBe(1000);
    expect(armed(1000, 1299.9)).toBe(1000);
    expect(armed(1000, 1300)).toBe(1300);
  });

  it('counts the 300 ms from what armed it, not from the last byte', () => {
    expect(armed(0, 200, 400)).toBe(400);
    expect(armed(0, 250, 299, 310, 500, 609)).toBe(310);
    expect(armed(0, 250, 299, 310, 500, 610)).toBe(610);
  });

  it('moves for what hangup writes as for what arrives, and on that leg alone', () => {
    const timeline = recorder();
    const { client, server } = timeline.totals;
    timeline.wrote(client, OPENED + 50);
    timeline.arrived(client, OPENED + 100, 1);
    expect([client.armedAt, server.armedAt]).toEqual([OPENED + 50, null]);
    timeline.arrived(client, OPENED + 500, 1);
    expect([client.armedAt, server.armedAt]).toEqual([OPENED + 500, null]);
  });

  it('runs from the request on when the answer came at once, else from the answer', () => {
    const answered = (after: number): Fact => ({
      ...{ kind: 'upgrade-answer', at: OPENED + after, status: 101, reason: '', httpVersion: '1.1', headers: [] },
      ...{ headBytes: 0, body: null, own: false },
    });
    const asked: Fact = {
      ...{ kind: 'upgrade-request', at: OPENED, method: 'GET', url: '/', httpVersion: '1.1', headers: [] },
      ...{ peer: '', headBytes: 0, missing: null },
    };
    for (const [after, from] of [
      [20, 0],
      [299, 0],
      [300, 300],
    ] as const) {
      const timeline = recorder();
      timeline.add(asked);
      timeline.add(answered(after));
      expect([timeline.totals.client.armedAt, timeline.totals.server.armedAt]).toEqual([OPENED + from, OPENED + from]);
    }
  });
});

describe('a leg', () => {
  it('adds up its bytes and knows how long its peer had been silent when hangup wrote', () => {
    const timeline = recorder();
    const { client } = timeline.totals;
    timeline.wrote(client, OPENED + 700);
    expect(client.silentBeforeWriteMs).toBe(700);
    timeline.arrived(client, OPENED + 1000, 10);
    timeline.arrived(client, OPENED + 2000, 32);
    timeline.wrote(client, OPENED + 62_000);
    expect(client).toMatchObject({ bytes: 42, lastByteAt: OPENED + 2000, lastWriteAt: OPENED + 62_000 });
    expect(client.silentBeforeWriteMs).toBe(60_000);
  });
});

describe('the totals at the first closing act', () => {
  const rst = (at: number): Fact => ({
    ...{ kind: 'rst', at: OPENED + at, from: 'server', errno: 'ECONNRESET', sinceWriteMs: 1, silentBeforeWriteMs: 2 },
  });

  it('are kept as they stood: what comes after it is no evidence of why', () => {
    const timeline = recorder();
    const { totals } = timeline;
    timeline.arrived(totals.client, OPENED + 10, 100);
    timeline.natural(OPENED + 10);
    timeline.add({ kind: 'pause', at: OPENED + 11, from: 'client' });
    expect(totals.act).toBeNull();
    timeline.add(rst(12));
    timeline.arrived(totals.client, OPENED + 90_000, 1);
    timeline.natural(OPENED + 90_000);
    timeline.add({ kind: 'fin', at: OPENED + 90_000, from: 'client', closeNotify: null, insideFrame: null });
    expect(totals.act).toMatchObject({ client: { bytes: 100 }, lastNaturalAt: OPENED + 10, longestNaturalGapMs: 10 });
    expect(totals).toMatchObject({ client: { bytes: 101 }, longestNaturalGapMs: 89_990 });
  });
});
