import { describe, expect, it } from 'vitest';
import type { IndexedFrame } from '../../../../src/evidence/journal-reader.ts';
import {
  directionOf,
  meaningOf,
  oddBits,
  roundTripMs,
  roundTripWords,
} from '../../../../src/inspector/page/connection/frames/frame-words.ts';

const frame = (part: Partial<IndexedFrame>): IndexedFrame => ({
  index: 0,
  at: 0,
  from: 'server',
  opcode: 1,
  fin: true,
  rsv: 0,
  masked: part.from === 'client',
  length: 10,
  own: false,
  name: null,
  ...part,
});

const ping = (from: 'client' | 'server', at: number, own = false) => frame({ from, at, own, opcode: 9 });
const pong = (from: 'client' | 'server', at: number, own = false) => frame({ from, at, own, opcode: 10 });

/** The round trip shown at the last frame of a list. */
const lastRoundTrip = (...frames: IndexedFrame[]): number | null =>
  roundTripMs(frames.length - 1, (place) => frames[place]);

describe('who sent a frame', () => {
  it('frames of the two ends point away from their end', () => {
    expect(directionOf(frame({ from: 'client' }))).toEqual({
      who: 'client',
      party: 'client',
      arrow: '→',
      to: 'server',
    });
    expect(directionOf(frame({ from: 'server' }))).toMatchObject({ who: 'server', arrow: '←', to: 'client' });
  });

  it("hangup's own ping is hangup's, and its answer the peer's", () => {
    expect(directionOf(ping('server', 0, true))).toEqual({ who: 'hangup', party: 'gateway', arrow: '←', to: 'client' });
    expect(directionOf(pong('client', 0, true))).toMatchObject({ who: 'client', arrow: '→' });
  });
});

describe('bits that are worth a word', () => {
  it('the usual head is not mentioned', () => {
    expect(oddBits(frame({ from: 'client', masked: true }))).toEqual([]);
    expect(oddBits(frame({ from: 'server', masked: false }))).toEqual([]);
  });

  it('what is unusual is', () => {
    expect(oddBits(frame({ from: 'client', masked: false }))).toEqual(['unmasked']);
    expect(oddBits(frame({ from: 'server', masked: true }))).toEqual(['masked']);
    expect(oddBits(frame({ fin: false, rsv: 7 }))).toEqual(['more follows', 'RSV1 compressed', 'RSV2', 'RSV3']);
  });
});

describe('what a frame means', () => {
  it('a pong says how long it took, where that is known', () => {
    expect(meaningOf(pong('server', 0, true), 0.742)).toBe("answers hangup's ping, 0.742 ms");
    expect(meaningOf(pong('client', 0), 41)).toBe('answers the ping, 41 ms');
    expect(meaningOf(pong('client', 0), null)).toBeNull();
  });

  it('the name that was kept, or nothing', () => {
    expect(meaningOf(frame({ name: 'posted' }), null)).toBe('posted');
    expect(meaningOf(frame({}), null)).toBeNull();
  });

  it("hangup's pings are told from the ends' own", () => {
    expect(meaningOf(ping('client', 0, true), null)).toBe("hangup's own ping");
    expect(meaningOf(pong('server', 0, true), null)).toBe("answers hangup's ping");
    expect(meaningOf(ping('server', 0), null)).toBeNull();
  });
});

describe('round trips', () => {
  it('a pong after its ping, with data in between', () => {
    expect(lastRoundTrip(ping('server', 1000), frame({ at: 1010 }), pong('client', 1041))).toBe(41);
  });

  it("hangup's pings and the server's are not mixed up", () => {
    expect(lastRoundTrip(ping('server', 1000), ping('server', 1020, true), pong('client', 1041, true))).toBe(21);
    expect(lastRoundTrip(ping('server', 1000), ping('server', 1020, true), pong('client', 1041))).toBe(41);
  });

  it('a pong that answers nothing, or what was answered already, has none', () => {
    expect(lastRoundTrip(pong('client', 1041))).toBeNull();
    expect(lastRoundTrip(ping('server', 1000), pong('client', 1010), pong('client', 1041))).toBeNull();
    expect(lastRoundTrip(ping('client', 1000), pong('client', 1041))).toBeNull();
  });

  it('with two pings waiting nobody knows which one is answered', () => {
    expect(lastRoundTrip(ping('server', 1000), ping('server', 1010), pong('client', 1041))).toBeNull();
  });

  it('a ping that is not loaded is not guessed', () => {
    const frames = [undefined, frame({ at: 5 }), pong('client', 10)];
    expect(roundTripMs(2, (place) => frames[place])).toBeNull();
  });

  it('milliseconds are told as finely as they were measured', () => {
    expect(roundTripWords(0.6184)).toBe('0.618 ms');
    expect(roundTripWords(41.27)).toBe('41.3 ms');
    expect(roundTripWords(100)).toBe('100 ms');
    expect(roundTripWords(9876)).toBe('9.9 s');
  });

  it('other frames have none', () => {
    expect(lastRoundTrip(ping('server', 1000), frame({ at: 1010 }))).toBeNull();
  });
});
