import { isUtf8 } from 'node:buffer';
import { isSendableCloseCode } from './close-codes.ts';
import { FAULT, LOSES_SYNC } from './faults.ts';
import { isControl, MAX_CONTROL_PAYLOAD, OPCODE } from './opcodes.ts';

/**
 * Reads the frames of one direction as their bytes pass, in any split, without holding or changing them.
 *
 *   header ──► onHeader ──► payload (skipped; its first bytes collected if asked) ──► onFrame ──► header …
 *        └─ a fault that loses sync ──► onLost, and nothing more
 *
 * It never throws and allocates nothing per frame: the sink reads the current frame from the reader's fields.
 */
export interface FrameSink {
  /**
   * The header is known, nothing of the payload yet.
   * @returns how many first bytes of the payload to collect, at most MAX_COLLECTED (control frames: always all)
   */
  onHeader(frame: FrameReader): number;
  /** The frame is complete; `payload()` holds what was collected. */
  onFrame(frame: FrameReader): void;
  /** The stream is not WebSocket from byte `frame.startsAt` of the direction on. */
  onLost(frame: FrameReader): void;
}

export interface FrameReaderOptions {
  /** Frames from a client are masked, from a server are not (RFC 6455 §5.1). */
  readonly fromClient: boolean;
  /** RSV bits that the negotiated extensions define on the first frame of a message (permessage-deflate: 4). */
  readonly rsvAllowed: number;
}

/** 2 bytes, 8 of extended length, 4 of mask (RFC 6455 §5.2). */
const MAX_HEADER = 14;

/** No more of one payload is collected, in bytes: ten bytes of header can claim 2^53, and room is made by the claim. */
export const MAX_COLLECTED = 1024 * 1024;

/** A reader's buffers until it needs them: most connections are idle, and an empty one costs nothing. */
const NONE = Buffer.alloc(0);
/**
 * Where a payload is collected that has arrived whole, for all readers: `onFrame` has had it before another one is read.
 * A buffer for each would be cold whenever its turn comes. The views are by length.
 */
const SHARED = Buffer.allocUnsafeSlow(MAX_CONTROL_PAYLOAD);
const SHARED_VIEWS: Buffer[] = [];

export class FrameReader {
  // The current frame, valid in the sink's calls.
  opcode = 0;
  fin = false;
  /** RSV1..3 as bits 4, 2, 1. */
  rsv = 0;
  masked = false;
  /** Payload length in bytes. */
  length = 0;
  /** Bits of FAULT. */
  faults = 0;
  /** Payload bytes of this data message so far, this frame included; 0 for control frames. */
  messageLength = 0;
  /** Position of the frame's first byte in the direction, from 0. */
  startsAt = 0;
  /** The same in the chunk that is being pushed; negative if the frame began in an earlier one. */
  chunkStart = 0;
  /** In onFrame: offset in the chunk just after the frame. */
  chunkEnd = 0;
  /** Whether sync was lost; then nothing is read any more. */
  lost = false;

  readonly #fromClient: boolean;
  readonly #rsvAllowed: number;
  /** First bytes of a header that was cut by the end of a read. */
  #header = NONE;
  #headerHas = 0;
  #inPayload = false;
  #left = 0;
  #collect = 0;
  #collected = 0;
  #payload = NONE;
  /** The mask's four bytes, the first one highest. */
  #mask = 0;
  #inMessage = false;
  #messageBytes = 0;
  #closed = false;
  /** Bytes of the direction before the chunk that is being pushed. */
  #before = 0;

  constructor(options: FrameReaderOptions) {
    this.#fromClient = options.fromClient;
    this.#rsvAllowed = options.rsvAllowed;
  }

  /** Whether every byte so far belongs to a complete frame: here another frame may be put in between. */
  get atBoundary(): boolean {
    return !this.lost && !this.#inPayload && this.#headerHas === 0;
  }

  /** Payload bytes of the current frame still to come; meaningful inside a payload. */
  get missing(): number {
    return this.#left;
  }

  /** Whether the current frame's header is complete and its payload is not. */
  get inPayload(): boolean {
    return this.#inPayload;
  }

  /** First byte of a header that has begun but is not complete, or -1. */
  get partialOpcodeByte(): number {
    return !this.#inPayload && this.#headerHas > 0 ? (this.#header[0] ?? -1) : -1;
  }

  /** What was collected of the current payload, unmasked: a view that the next frame of any reader overwrites. */
  payload(): Buffer {
    const bytes = this.#collected;
    if (this.#payload !== SHARED) return this.#payload.subarray(0, bytes);
    let view = SHARED_VIEWS[bytes];
    if (view === undefined) {
      view = SHARED.subarray(0, bytes);
      SHARED_VIEWS[bytes] = view;
    }
    return view;
  }

  /** Whether a chunk that is not pushed yet is one data frame, whole, and nothing else. */
  isOneDataFrame(chunk: Uint8Array): boolean {
    if (!this.atBoundary || chunk.length < 2 || ((chunk[0] ?? 0) & 0xf) > OPCODE.binary) return false;
    const second = chunk[1] ?? 0;
    const short = second & 0x7f;
    const length = short < 126 ? short : short === 126 ? ((chunk[2] ?? 0) << 8) | (chunk[3] ?? 0) : Number.NaN;
    return headerSize(second) + length === chunk.length;
  }

  push(chunk: Uint8Array, sink: FrameSink): void {
    const end = chunk.length;
    // Where the unfinished frame lies relative to this chunk.
    this.chunkStart = this.startsAt - this.#before;
    let at = 0;
    while (at < end && !this.lost) {
      if (!this.#inPayload) {
        if (this.#headerHas === 0) {
          this.chunkStart = at;
          this.startsAt = this.#before + at;
        }
        at = this.#readHeader(chunk, at, sink);
        if (!this.#inPayload) break;
      }
      at = this.#readPayload(chunk, at);
      if (this.#left === 0) {
        this.#inPayload = false;
        this.chunkEnd = at;
        if (this.opcode === OPCODE.close) this.#checkClose();
        sink.onFrame(this);
      }
    }
    this.#before += end;
    if (this.atBoundary) {
      this.startsAt = this.#before;
      this.chunkStart = end;
    }
  }

  /** @returns the offset after what was taken; the header is complete when `#inPayload` is set */
  #readHeader(chunk: Uint8Array, at: number, sink: FrameSink): number {
    const available = chunk.length - at;
    // The usual case: the whole header stands in this chunk.
    if (this.#headerHas === 0 && available >= 2) {
      const size = headerSize(chunk[at + 1] ?? 0);
      if (available >= size) {
        this.#parse(chunk, at, sink);
        return at + size;
      }
    }
    if (this.#header.length === 0) this.#header = Buffer.allocUnsafeSlow(MAX_HEADER);
    let position = at;
    while (position < chunk.length) {
      this.#header[this.#headerHas++] = chunk[position++] ?? 0;
      if (this.#headerHas >= 2 && this.#headerHas === headerSize(this.#header[1] ?? 0)) {
        this.#headerHas = 0;
        this.#parse(this.#header, 0, sink);
        break;
      }
    }
    return position;
  }

  #parse(bytes: Uint8Array, at: number, sink: FrameSink): void {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    this.fin = (first & 0x80) !== 0;
    this.rsv = (first >> 4) & 7;
    this.opcode = first & 0xf;
    this.masked = (second & 0x80) !== 0;
    // Until this frame has a payload of its own: the last one's is no part of it.
    this.#collected = 0;
    let faults = 0;
    let length = second & 0x7f;
    let next = at + 2;
    if (length === 126) {
      length = ((bytes[next] ?? 0) << 8) | (bytes[next + 1] ?? 0);
      next += 2;
      if (length < 126) faults |= FAULT.lengthNotMinimal;
    } else if (length === 127) {
      const high = uint32(bytes, next);
      length = high * 0x1_0000_0000 + uint32(bytes, next + 4);
      next += 8;
      if (length < 0x1_0000) faults |= FAULT.lengthNotMinimal;
      if (length > Number.MAX_SAFE_INTEGER) faults |= FAULT.lengthTooLarge;
    }
    this.length = length;
    if (this.masked) this.#mask = uint32(bytes, next) | 0;
    this.#judge(faults);
    if ((this.faults & LOSES_SYNC) !== 0) {
      this.lost = true;
      sink.onLost(this);
      return;
    }
    const wanted = sink.onHeader(this);
    this.#begin(isControl(this.opcode) ? length : Math.min(wanted, length, MAX_COLLECTED));
  }

  #begin(collect: number): void {
    this.#inPayload = true;
    this.#left = this.length;
    this.#collect = collect;
    // A frame kept whole must not make this reader keep its size for ever.
    if (this.#payload.length > MAX_CONTROL_PAYLOAD && collect <= MAX_CONTROL_PAYLOAD) this.#payload = NONE;
  }

  /** @param take bytes of the payload that are here, its first ones */
  #room(take: number): Buffer<ArrayBuffer> {
    const wanted = this.#collect;
    if (wanted <= MAX_CONTROL_PAYLOAD && take === this.length) return SHARED;
    if (this.#payload !== SHARED && this.#payload.length >= wanted) return this.#payload;
    return Buffer.allocUnsafeSlow(Math.max(wanted, MAX_CONTROL_PAYLOAD));
  }

  /** Everything that is wrong with this header, and where it leaves the message. */
  #judge(found: number): void {
    let faults = found;
    if (this.#closed) faults |= FAULT.afterClose;
    if (this.masked !== this.#fromClient) faults |= this.masked ? FAULT.maskUnexpected : FAULT.maskMissing;
    if (isControl(this.opcode)) {
      if (this.opcode > OPCODE.pong) faults |= FAULT.reservedOpcode;
      if (!this.fin) faults |= FAULT.controlFragmented;
      if (this.length > MAX_CONTROL_PAYLOAD) faults |= FAULT.controlTooLong;
      if (this.opcode === OPCODE.close && this.length === 1) faults |= FAULT.closeLengthOne;
      if (this.rsv !== 0) faults |= FAULT.rsv;
      this.messageLength = 0;
    } else {
      if (this.opcode > OPCODE.binary) faults |= FAULT.reservedOpcode;
      const starts = this.opcode !== OPCODE.continuation;
      if (starts && this.#inMessage) faults |= FAULT.messageInterrupted;
      if (!starts && !this.#inMessage) faults |= FAULT.continuationWithoutStart;
      // An extension's bit marks the message, so it stands on its first frame alone (RFC 7692 §6.1).
      if ((this.rsv & ~(starts ? this.#rsvAllowed : 0)) !== 0) faults |= FAULT.rsv;
      this.#messageBytes = (starts ? 0 : this.#messageBytes) + this.length;
      this.messageLength = this.#messageBytes;
      this.#inMessage = !this.fin;
    }
    this.faults = faults;
  }

  #readPayload(chunk: Uint8Array, at: number): number {
    const take = Math.min(this.#left, chunk.length - at);
    if (this.#collected < this.#collect) {
      if (this.#collected === 0) this.#payload = this.#room(take);
      const payload = this.#payload;
      const until = Math.min(this.#collect, this.#collected + take);
      let from = at;
      if (this.masked) {
        const mask = this.#mask;
        for (let i = this.#collected; i < until; i++) {
          payload[i] = (chunk[from++] ?? 0) ^ (mask >>> (24 - 8 * (i & 3)));
        }
      } else {
        for (let i = this.#collected; i < until; i++) payload[i] = chunk[from++] ?? 0;
      }
      this.#collected = until;
    }
    this.#left -= take;
    return at + take;
  }

  #checkClose(): void {
    this.#closed = true;
    if (this.length < 2) return;
    if (!isSendableCloseCode(this.#payload.readUInt16BE(0))) this.faults |= FAULT.closeCode;
    if (this.length > 2 && !isUtf8(this.#payload.subarray(2, this.length))) this.faults |= FAULT.closeReason;
  }
}

function headerSize(second: number): number {
  const short = second & 0x7f;
  return 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (second >> 7) * 4;
}

function uint32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) * 0x100_0000 + (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))
  );
}
