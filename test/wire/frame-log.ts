import { FrameReader, type FrameReaderOptions, type FrameSink } from '../../src/wire/frame-reader.ts';

/** What the reader said of one frame: at its header, and again when it was whole. */
export interface SeenFrame {
  readonly opcode: number;
  readonly fin: boolean;
  readonly rsv: number;
  readonly masked: boolean;
  readonly length: number;
  readonly messageLength: number;
  readonly startsAt: number;
  /** Faults as known at the header. */
  readonly headerFaults: number;
  /** Faults of the whole frame, or null while it is not whole. */
  faults: number | null;
  /** The collected part of the payload, unmasked; null while it is not whole. */
  payload: Buffer | null;
  /** Position after the frame in the direction, or null while it is not whole. */
  endsAt: number | null;
}

export interface SeenLoss {
  readonly startsAt: number;
  readonly faults: number;
}

/**
 * Writes down all that a reader says, with positions made absolute through `chunkStart` and `chunkEnd`, so that a wrong
 * one shows as a wrong position.
 */
export class FrameLog implements FrameSink {
  readonly reader: FrameReader;
  readonly frames: SeenFrame[] = [];
  lost: SeenLoss | null = null;
  /** What was wrong with the reader's own account of where it stands. */
  readonly complaints: string[] = [];
  #before = 0;
  #calls = 0;
  /** Header bytes of the current frame, by `missing`; 0 when not asked yet. */
  #headerBytes = 0;
  #firstByte = -1;
  readonly #wanted: number;

  constructor(options: FrameReaderOptions, wanted = Number.POSITIVE_INFINITY) {
    this.reader = new FrameReader(options);
    this.#wanted = wanted;
  }

  /** Position of the direction after what was pushed. */
  get position(): number {
    return this.#before;
  }

  push(chunk: Buffer): void {
    this.reader.push(chunk, this);
    this.#before += chunk.length;
    const { reader } = this;
    const last = this.frames.at(-1);
    const inside = last !== undefined && last.endsAt === null;
    if (reader.lost) return;
    if (reader.inPayload !== inside) this.complaints.push(`inPayload is ${reader.inPayload} at ${this.#before}`);
    if (inside) this.#headerBytes = this.#before - last.startsAt - (last.length - reader.missing);
    const end = inside ? last.startsAt : (last?.endsAt ?? 0);
    if (reader.atBoundary !== (!inside && end === this.#before)) {
      this.complaints.push(`atBoundary is ${reader.atBoundary} at ${this.#before}`);
    }
    if (!inside && end >= this.#before - chunk.length) this.#firstByte = chunk[end - this.#before + chunk.length] ?? -1;
    if (reader.partialOpcodeByte !== (inside ? -1 : this.#firstByte)) this.complaints.push('wrong partialOpcodeByte');
    if (reader.startsAt !== end) this.complaints.push(`startsAt is ${reader.startsAt} at ${this.#before}, not ${end}`);
  }

  onHeader(frame: FrameReader): number {
    this.#calls++;
    this.#checkStart(frame);
    if (frame.payload().length > 0) this.complaints.push('a payload before its first byte');
    const { opcode, fin, rsv, masked, length, messageLength, startsAt, faults: headerFaults } = frame;
    this.frames.push({
      ...{ opcode, fin, rsv, masked, length, messageLength, startsAt, headerFaults },
      ...{ faults: null, payload: null, endsAt: null },
    });
    return this.#wanted;
  }

  onFrame(frame: FrameReader): void {
    this.#calls++;
    this.#checkStart(frame);
    const open = this.frames.at(-1);
    if (open === undefined || open.endsAt !== null) {
      this.complaints.push('a frame without a header');
      return;
    }
    open.faults = frame.faults;
    open.payload = Buffer.from(frame.payload());
    open.endsAt = this.#before + frame.chunkEnd;
    const headerBytes = open.endsAt - open.startsAt - open.length;
    if (this.#headerBytes !== 0 && this.#headerBytes !== headerBytes)
      this.complaints.push('wrong count of missing bytes');
    this.#headerBytes = 0;
  }

  onLost(frame: FrameReader): void {
    this.#calls++;
    this.#checkStart(frame);
    if (this.lost !== null) this.complaints.push('lost twice');
    this.lost = { startsAt: frame.startsAt, faults: frame.faults };
  }

  /** How many times the sink was called. */
  get calls(): number {
    return this.#calls;
  }

  #checkStart(frame: FrameReader): void {
    if (this.lost !== null) this.complaints.push('read on after the loss');
    if (this.#before + frame.chunkStart !== frame.startsAt) {
      this.complaints.push(
        `chunkStart ${frame.chunkStart} of a chunk at ${this.#before}, but startsAt ${frame.startsAt}`,
      );
    }
  }
}

export const CLIENT: FrameReaderOptions = { fromClient: true, rsvAllowed: 0 };
export const SERVER: FrameReaderOptions = { fromClient: false, rsvAllowed: 0 };

/** What a reader makes of these chunks. @throws Error when its own account of positions is wrong */
export function read(chunks: readonly Buffer[], options: FrameReaderOptions, wanted?: number): FrameLog {
  const log = new FrameLog(options, wanted);
  for (const chunk of chunks) log.push(chunk);
  if (log.complaints.length > 0) throw new Error(log.complaints.join('; '));
  return log;
}

/** The log as plain data that compares fast, payloads as latin1 text. */
export function seen(log: FrameLog) {
  const frames = log.frames.map((frame) => ({ ...frame, payload: frame.payload?.toString('latin1') ?? null }));
  return { frames, lost: log.lost, position: log.position, calls: log.calls };
}
