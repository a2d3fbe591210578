import { randomBytes } from 'node:crypto';
import type { Side } from '../evidence/fact.ts';
import { frameBits } from '../evidence/frame-bits.ts';
import type { LiveLeg } from '../evidence/live-leg.ts';
import { FAULT, faultSentences } from '../wire/faults.ts';
import { FrameReader, type FrameSink } from '../wire/frame-reader.ts';
import { pingFrame } from '../wire/frame-writer.ts';
import { OPCODE } from '../wire/opcodes.ts';
import { OWN_PING_PAYLOAD, type OwnPings } from '../wire/own-ping.ts';
import { now } from './clock.ts';
import type { ConnectionLog } from './connection-log.ts';
import type { FrameKeeper } from './frame-keeper.ts';
import type { Leg } from './leg.ts';

/**
 * One direction of a connection.
 *
 *   source ── bytes ──► reader (looks) ──► sink            the bytes go on as they are, but for two exceptions:
 *                          │    ├─ an own ping is put in at a frame boundary when one is wanted
 *                          │    └─ a pong that answers an own ping is taken out
 *                          └─ facts, frames
 *
 * Nothing is held back except a pong that may be hangup's own, until it is whole: at most 26 bytes.
 */
export class Lane implements FrameSink {
  readonly from: Side;
  readonly reader: FrameReader;
  readonly #log: ConnectionLog;
  readonly #keeper: FrameKeeper;
  readonly #sink: Leg;
  readonly #in: LiveLeg;
  readonly #out: LiveLeg;
  /** Pings sent to the source, whose answers come here. */
  readonly #answered: OwnPings;
  /** Pings to the sink, which are put in here. */
  readonly #asked: OwnPings;
  readonly #events: LaneEvents;
  /** Own pongs in the chunk that is being read, as [start, end); start < 0 where one began in `#held`. */
  #cuts: number[] = [];
  /** First bytes of a pong that may be hangup's own. */
  #held: Buffer | null = null;
  /** Offset after the last whole frame of the chunk that is being read, or -1. */
  #boundary = -1;
  #pingWanted = false;
  #faultsSeen = 0;
  #readAt = 0;

  constructor(options: LaneOptions) {
    this.from = options.source.side;
    this.#log = options.log;
    this.#keeper = options.keeper;
    this.#sink = options.sink;
    this.#in = options.log.timeline.totals[options.source.side];
    this.#out = options.log.timeline.totals[options.sink.side];
    this.#answered = options.answered;
    this.#asked = options.asked;
    this.#events = options.events;
    this.reader = new FrameReader({ fromClient: this.from === 'client', rsvAllowed: options.rsvAllowed });
  }

  /** Relays one read. @returns false when the sink is over its high-water mark */
  push(chunk: Buffer): boolean {
    const at = now();
    this.#readAt = at;
    this.#log.timeline.arrived(this.#in, at, chunk.length);
    // The usual read goes on before it is understood: what it adds to the latency is then the look at its header alone.
    if (this.#held === null && !this.#pingWanted && this.reader.isOneDataFrame(chunk)) {
      const goesOn = this.#pass(chunk, at);
      this.reader.push(chunk, this);
      return goesOn;
    }
    this.#boundary = -1;
    this.reader.push(chunk, this);
    if (this.#cuts.length === 0 && this.#held === null && !this.#pingWanted && !this.#mayBeOwnPong()) {
      return this.#pass(chunk, at);
    }
    return this.#pushWithCare(chunk, at);
  }

  /** Puts an own ping in as soon as the direction stands between two frames: now, if it does. */
  ping(): void {
    if (this.reader.lost) return;
    if (this.reader.atBoundary || this.#held !== null) this.#sendPing();
    else this.#pingWanted = true;
  }

  /** A ping that waits for the end of a frame is not wanted any more. */
  cancelPing(): void {
    this.#pingWanted = false;
  }

  /** Lets go of what was held: the direction has ended, so the pong will never be whole. */
  flush(): void {
    this.#pingWanted = false;
    if (this.#held === null) return;
    this.#sink.write(this.#held);
    this.#held = null;
  }

  /** What was cut off when the direction ended inside a frame, or null at a boundary. */
  get insideFrame(): { got: number; of: number } | null {
    const { reader } = this;
    if (reader.lost || reader.atBoundary) return null;
    return reader.inPayload ? { got: reader.length - reader.missing, of: reader.length } : { got: 0, of: 0 };
  }

  onHeader(frame: FrameReader): number {
    // Here and not in onFrame: a server that refuses the size closes before the message has passed.
    if (frame.messageLength > this.#in.largestMessage) {
      this.#in.largestMessage = frame.messageLength;
      this.#in.largestMessageAt = this.#readAt;
    }
    return this.#keeper.wanted(this.#log, this.from, frame);
  }

  onFrame(frame: FrameReader): void {
    this.#boundary = frame.chunkEnd;
    const { opcode } = frame;
    if (frame.faults !== 0) this.#fault(frame);
    if (opcode >= OPCODE.close) {
      if (opcode === OPCODE.pong && frame.length === OWN_PING_PAYLOAD) {
        const number = this.#answered.answers(frame.payload());
        if (number > 0) {
          this.#ownPong(frame, number);
          return;
        }
      }
      this.#control(frame);
    }
    this.#in.frames++;
    this.#keeper.keep(this.#log, this.from, this.#readAt, frame);
  }

  onLost(frame: FrameReader): void {
    const { startsAt: byte, faults } = frame;
    this.#log.add({
      kind: 'not-websocket',
      at: this.#readAt,
      from: this.from,
      byte,
      faults: faultSentences(faults),
    });
    this.#events.onLost(this);
  }

  #pass(chunk: Buffer, at: number): boolean {
    const goesOn = this.#sink.write(chunk);
    this.#log.timeline.natural(at);
    this.#log.timeline.wrote(this.#out, at);
    return goesOn;
  }

  #ownPong(frame: FrameReader, number: number): void {
    this.#cuts.push(frame.chunkStart, frame.chunkEnd);
    const bits = frameBits(this.from, frame.opcode, frame.fin, frame.rsv, frame.masked, true, 0);
    this.#log.frame(this.#readAt, bits, frame.length, null);
    this.#events.onOwnPong(this, number, this.#readAt);
  }

  #control(frame: FrameReader): void {
    const at = this.#readAt;
    if (frame.opcode === OPCODE.ping) {
      this.#in.pings++;
      this.#in.lastPingAt = at;
      this.#in.unansweredPingAt ??= at;
    } else if (frame.opcode === OPCODE.pong) {
      this.#in.pongs++;
      this.#in.lastPongAt = at;
      this.#out.unansweredPingAt = null;
    } else this.#events.onClose(this, frame, at);
  }

  /** Notes each kind of fault once a direction: a peer that never masks would fill the timeline. */
  #fault(frame: FrameReader): void {
    const fresh = frame.faults & ~this.#faultsSeen & ~FAULT.afterClose;
    if (fresh === 0) return;
    this.#faultsSeen |= fresh;
    this.#log.add({
      kind: 'frame-fault',
      at: this.#readAt,
      from: this.from,
      frame: this.#in.frames,
      faults: faultSentences(frame.faults),
    });
  }

  #pushWithCare(chunk: Buffer, at: number): boolean {
    const pieces: Uint8Array[] = [];
    const cuts = this.#cuts;
    let position = 0;
    if (this.#held !== null) {
      const wasOwn = cuts.length > 0 && (cuts[0] ?? 0) < 0;
      if (!wasOwn && this.reader.chunkStart < 0 && this.#mayBeOwnPong()) {
        this.#held = Buffer.concat([this.#held, chunk]);
        return true;
      }
      if (!wasOwn) pieces.push(this.#held);
      this.#held = null;
    }
    // From here on `pieces` ends at offset `position`, cuts left out.
    const pass = (until: number): void => {
      if (until > position) pieces.push(chunk.subarray(position, until));
      position = Math.max(position, until);
    };
    const passAround = (until: number): void => {
      while (cuts.length > 0 && (cuts[0] ?? 0) < until) {
        const [start = 0, end = 0] = cuts.splice(0, 2);
        pass(start);
        position = Math.max(position, end);
      }
      pass(until);
    };
    // A frame that began before the first ping was sent is nobody's answer, and its beginning has gone on already.
    const undecided = this.reader.chunkStart >= 0 && this.#mayBeOwnPong();
    const heldFrom = undecided ? this.reader.chunkStart : chunk.length;
    const boundary = this.reader.atBoundary ? chunk.length : this.#boundary;
    let ping: Buffer | null = null;
    if (this.#pingWanted && boundary >= 0) {
      passAround(Math.min(boundary, heldFrom));
      ping = this.#newPing(at);
      pieces.push(ping);
    }
    passAround(heldFrom);
    // A copy: a slice would pin the whole 64 KiB read (FIELD-NOTES §4).
    if (heldFrom < chunk.length) this.#held = Buffer.from(chunk.subarray(heldFrom));
    this.#cuts = [];
    if (pieces.length === 0) return true;
    if (pieces.length > (ping === null ? 0 : 1)) this.#log.timeline.natural(at);
    this.#log.timeline.wrote(this.#out, at);
    return pieces.length === 1 && pieces[0] !== undefined
      ? this.#sink.write(pieces[0])
      : this.#sink.write(Buffer.concat(pieces));
  }

  /** Whether the frame that has begun but is not whole can still turn out to be an answer to an own ping. */
  #mayBeOwnPong(): boolean {
    const { reader } = this;
    if (this.#answered.sent === 0 || reader.atBoundary || reader.lost) return false;
    if (!reader.inPayload) return (reader.partialOpcodeByte & 0xf) === OPCODE.pong;
    return reader.opcode === OPCODE.pong && this.#answered.mayAnswer(reader.length, reader.payload());
  }

  #sendPing(): void {
    const at = now();
    this.#sink.write(this.#newPing(at));
    this.#log.timeline.wrote(this.#out, at);
  }

  #newPing(at: number): Buffer {
    this.#pingWanted = false;
    const payload = this.#asked.next();
    // RFC 6455 §5.3: what goes to a server is masked, with bytes that nobody can foresee.
    const mask = this.#sink.side === 'server' ? randomBytes(4) : null;
    this.#log.frame(at, frameBits(this.from, OPCODE.ping, true, 0, mask !== null, true, 0), payload.length, null);
    this.#out.ownPings++;
    this.#events.onOwnPing(this, this.#asked.sent, at);
    return pingFrame(payload, mask);
  }
}

export interface LaneOptions {
  readonly log: ConnectionLog;
  readonly keeper: FrameKeeper;
  readonly source: Leg;
  readonly sink: Leg;
  readonly answered: OwnPings;
  readonly asked: OwnPings;
  readonly rsvAllowed: number;
  readonly events: LaneEvents;
}

/** What a lane tells the tunnel it belongs to. */
export interface LaneEvents {
  onClose(lane: Lane, frame: FrameReader, at: number): void;
  onLost(lane: Lane): void;
  /** An own ping went out on this lane, to its sink. */
  onOwnPing(lane: Lane, number: number, at: number): void;
  /** The answer to an own ping came in on this lane, from its source. */
  onOwnPong(lane: Lane, number: number, at: number): void;
}
