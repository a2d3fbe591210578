import { type Fact, otherSide, type Side } from './fact.ts';
import { type FrameBits, frameRecord } from './frame-bits.ts';
import type { TimelineRecorder } from './timeline.ts';

/** RFC 6455 §5.2. */
const FIRST_CONTROL_OPCODE = 8;
const PING = 9;
const PONG = 10;
/** First sightings kept: names that peers invent must not fill the totals. */
const MAX_FIRSTS = 64;

/** Bytes of a frame on the wire: header by RFC 6455 §5.2, mask, payload. */
function wireBytes(length: number, masked: boolean): number {
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  return 2 + extended + (masked ? 4 : 0) + length;
}

/**
 * Counts a connection's totals again from what is stored, for one that has none yet: it is open, or its hangup was
 * killed. Whole frames are all it sees, so a read and its write are taken to have happened when their frame came.
 * Facts are taken in between the frames, by time: the first closing act keeps the totals as they stood then.
 */
export class Replay {
  readonly #recorder: TimelineRecorder;
  readonly #nameOf: (id: number) => string | null;
  readonly #messageBytes: Record<Side, number> = { client: 0, server: 0 };
  readonly #facts: readonly Fact[];
  #nextFact = 0;

  /** @param facts all of the connection, in their order */
  constructor(recorder: TimelineRecorder, facts: readonly Fact[], nameOf: (id: number) => string | null) {
    this.#recorder = recorder;
    this.#facts = facts;
    this.#nameOf = nameOf;
  }

  frame(at: number, bits: FrameBits, length: number): void {
    this.#factsUntil(at);
    this.#recorder.frame(at, bits, length);
    const { from, opcode, fin, masked, own, name } = frameRecord(at, bits, length, this.#nameOf);
    const { totals } = this.#recorder;
    const leg = totals[from];
    const other = totals[otherSide(from)];
    if (own && opcode === PING) {
      // `from` is the side hangup speaks for; the ping went to the other one.
      other.ownPings++;
      this.#recorder.wrote(other, at);
      return;
    }
    this.#recorder.arrived(leg, at, wireBytes(length, masked));
    if (own) {
      leg.ownPongs++;
      leg.lastOwnPongAt = at;
      leg.missedPongs = 0;
      return;
    }
    leg.frames++;
    this.#recorder.natural(at);
    this.#recorder.wrote(other, at);
    if (name !== null && totals.firsts[name] === undefined && Object.keys(totals.firsts).length < MAX_FIRSTS) {
      totals.firsts[name] = at;
    }
    if (opcode === PING) {
      leg.pings++;
      leg.lastPingAt = at;
      leg.unansweredPingAt ??= at;
    } else if (opcode === PONG) {
      leg.pongs++;
      leg.lastPongAt = at;
      other.unansweredPingAt = null;
    } else if (opcode < FIRST_CONTROL_OPCODE) {
      this.#message(from, at, length, fin);
    }
  }

  /** After the last frame. */
  finish(): void {
    this.#factsUntil(Number.POSITIVE_INFINITY);
  }

  #factsUntil(at: number): void {
    for (let fact = this.#facts[this.#nextFact]; fact !== undefined && fact.at <= at; ) {
      this.#fact(fact);
      fact = this.#facts[++this.#nextFact];
    }
  }

  #fact(fact: Fact): void {
    this.#recorder.add(fact);
    const { totals } = this.#recorder;
    if (fact.kind === 'pause') {
      totals[fact.from].pauses++;
      totals[fact.from].pausedSince = fact.at;
    } else if (fact.kind === 'resume') {
      totals[fact.from].pausedMs += fact.pausedMs;
      totals[fact.from].pausedSince = null;
    } else if (fact.kind === 'pong-missed' && fact.at > (totals[fact.from].lastOwnPongAt ?? 0)) {
      totals[fact.from].missedPongs = fact.missed;
    }
  }

  #message(from: Side, at: number, length: number, fin: boolean): void {
    const bytes = this.#messageBytes[from] + length;
    this.#messageBytes[from] = fin ? 0 : bytes;
    const leg = this.#recorder.totals[from];
    if (bytes <= leg.largestMessage) return;
    leg.largestMessage = bytes;
    leg.largestMessageAt = at;
  }
}
