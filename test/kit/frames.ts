/**
 * A small WebSocket frame encoder and reader of the kit's own (RFC 6455 §5.2). It shares no code with src/wire, so that
 * the two check each other, and it can make every frame that the RFC forbids.
 */

import { randomBytes } from 'node:crypto';

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameSpec {
  /** Any of 0 to 15; default text. */
  readonly opcode?: number;
  readonly payload?: string | Uint8Array;
  readonly fin?: boolean;
  /** RSV1..3 as bits 4, 2, 1. */
  readonly rsv?: number;
  /** true: a random key; four bytes: that key. */
  readonly mask?: boolean | Uint8Array;
  /** How the length is written: as short as can be (default), or in the 16 or 64 bit form whatever its size. */
  readonly lengthForm?: 'shortest' | 16 | 64;
  /** The length that the head claims, when it is not the payload's. */
  readonly claims?: number | bigint;
}

/** A frame as read from the wire; `payload` is unmasked, `wire` is what was received. */
export interface Frame {
  readonly opcode: number;
  readonly fin: boolean;
  readonly rsv: number;
  readonly masked: boolean;
  readonly payload: Buffer;
  readonly wire: Buffer;
}

/** The bytes of one frame, legal or not. */
export function encodeFrame(spec: FrameSpec): Buffer {
  const payload = Buffer.from(typeof spec.payload === 'string' ? Buffer.from(spec.payload) : (spec.payload ?? []));
  const claims = BigInt(spec.claims ?? payload.length);
  const key = maskKey(spec.mask);
  const first = ((spec.fin ?? true) ? 0x80 : 0) | ((spec.rsv ?? 0) << 4) | (spec.opcode ?? OPCODE.text);
  const head = [Buffer.from([first]), encodeLength(claims, spec.lengthForm ?? 'shortest', key !== null)];
  if (key === null) return Buffer.concat([...head, payload]);
  return Buffer.concat([...head, key, xor(payload, key)]);
}

/** The payload of a Close frame: empty when there is no code. */
export function closePayload(code: number | null, reason = ''): Buffer {
  if (code === null) return Buffer.alloc(0);
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code, 0);
  payload.write(reason, 2);
  return payload;
}

/** The code in a Close frame, or null when it has none. */
export function closeCode(frame: Frame): number | null {
  return frame.opcode === OPCODE.close && frame.payload.length >= 2 ? frame.payload.readUInt16BE(0) : null;
}

/** Frames out of a stream, whatever the chunks. */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #size = 0;
  /** Bytes without which the next look would find nothing new: a big frame is put together once. */
  #needed = 2;

  /** Bytes of a frame that has begun and not ended. */
  get rest(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  push(chunk: Uint8Array): Frame[] {
    this.#chunks.push(Buffer.from(chunk));
    this.#size += chunk.length;
    const frames: Frame[] = [];
    if (this.#size < this.#needed) return frames;
    let bytes = Buffer.concat(this.#chunks);
    while (bytes.length >= frameSize(bytes)) {
      const frame = readFrame(bytes);
      bytes = bytes.subarray(frame.wire.length);
      frames.push(frame);
    }
    this.#chunks = [bytes];
    this.#size = bytes.length;
    this.#needed = frameSize(bytes);
    return frames;
  }
}

function maskKey(mask: boolean | Uint8Array | undefined): Buffer | null {
  if (mask === undefined || mask === false) return null;
  return mask === true ? randomBytes(4) : Buffer.from(mask);
}

function encodeLength(length: bigint, form: 'shortest' | 16 | 64, masked: boolean): Buffer {
  const maskBit = masked ? 0x80 : 0;
  if (form === 64 || length > 0xffffn) {
    const bytes = Buffer.alloc(9);
    bytes[0] = maskBit | 127;
    bytes.writeBigUInt64BE(length, 1);
    return bytes;
  }
  if (form === 16 || length > 125n) {
    const bytes = Buffer.alloc(3);
    bytes[0] = maskBit | 126;
    bytes.writeUInt16BE(Number(length), 1);
    return bytes;
  }
  return Buffer.from([maskBit | Number(length)]);
}

/** Where the payload of the frame at the start of `bytes` begins. */
function headSize(bytes: Buffer): number {
  const second = bytes[1] ?? 0;
  const lengthBytes = (second & 0x7f) === 127 ? 8 : (second & 0x7f) === 126 ? 2 : 0;
  return 2 + lengthBytes + (second & 0x80 ? 4 : 0);
}

/** Bytes needed for the frame at the start of `bytes`, as far as can be told by now. */
function frameSize(bytes: Buffer): number {
  const head = headSize(bytes);
  if (bytes.length < head) return head;
  const short = (bytes[1] ?? 0) & 0x7f;
  return head + (short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short);
}

/** The frame at the start of `bytes`, which hold all of it. */
function readFrame(bytes: Buffer): Frame {
  const [first = 0, second = 0] = bytes;
  const start = headSize(bytes);
  const end = frameSize(bytes);
  const masked = (second & 0x80) !== 0;
  const body = bytes.subarray(start, end);
  return {
    opcode: first & 0x0f,
    fin: (first & 0x80) !== 0,
    rsv: (first >> 4) & 7,
    masked,
    payload: masked ? xor(body, bytes.subarray(start - 4, start)) : Buffer.from(body),
    wire: Buffer.from(bytes.subarray(0, end)),
  };
}

function xor(bytes: Uint8Array, key: Uint8Array): Buffer {
  return Buffer.from(bytes.map((byte, at) => byte ^ (key[at & 3] ?? 0)));
}
