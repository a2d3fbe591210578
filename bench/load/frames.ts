/** The frames that the bench sends, encoded once, and a reader that counts them: independent of hangup's own. */

/** Payload of a server's event and of an echoed message, in bytes: what `posted` has in Mattermost. */
export const EVENT_BYTES = 600;

const TEXT = 1;
const PING = 9;
const PONG = 10;
const FIN = 0x80;
const MASKED = 0x80;
const MASK = [0x12, 0x34, 0x56, 0x78] as const;
/** 2 bytes, 8 of extended length, 4 of mask (RFC 6455 §5.2). */
const LONGEST_HEADER = 14;

/** A text frame from a server, unmasked, that looks as Mattermost's event of a new post. */
export const eventFrame = (): Buffer => encode(TEXT, padded('{"event":"posted","data":{"post":"', EVENT_BYTES), false);

/** A masked text frame from a client, as long as an event. */
export const messageFrame = (): Buffer =>
  encode(TEXT, padded('{"seq":1,"action":"echo","data":{"text":"', EVENT_BYTES), true);

/** The small masked frame that Mattermost's client sends now and then. */
export const actionFrame = (): Buffer => encode(TEXT, Buffer.from('{"seq":1,"action":"user_typing"}'), true);

function padded(start: string, bytes: number): Buffer {
  const end = '"}}';
  return Buffer.from(start + 'x'.repeat(bytes - start.length - end.length) + end);
}

function encode(opcode: number, payload: Uint8Array, masked: boolean): Buffer {
  const { length } = payload;
  const short = length < 126;
  const head = [FIN | opcode, (masked ? MASKED : 0) | (short ? length : 126)];
  if (!short) head.push(length >> 8, length & 0xff);
  if (!masked) return Buffer.concat([Buffer.from(head), payload]);
  head.push(...MASK);
  return Buffer.concat([Buffer.from(head), payload.map((byte, i) => byte ^ (MASK[i & 3] ?? 0))]);
}

/** Counts the text frames of one direction in any split, and answers its pings as every peer must. */
export class FrameCounter {
  /** Text frames, whole. */
  frames = 0;
  /** Payload bytes of text frames, whole or not. */
  bytes = 0;
  readonly #onPing: (pong: Buffer) => void;
  readonly #onFrame: () => void;
  readonly #header = new Uint8Array(LONGEST_HEADER);
  #headerHas = 0;
  #opcode = 0;
  #left = 0;
  #control: number[] = [];

  constructor(onPing: (pong: Buffer) => void, onFrame: () => void = () => undefined) {
    this.#onPing = onPing;
    this.#onFrame = onFrame;
  }

  /** @param end how much of the chunk counts */
  push(chunk: Uint8Array, end = chunk.length): void {
    let at = 0;
    while (at < end) {
      if (this.#left === 0) {
        this.#header[this.#headerHas++] = chunk[at++] ?? 0;
        if (this.#headerHas >= 2 && this.#headerHas === headerSize(this.#header[1] ?? 0)) this.#begin();
        continue;
      }
      const take = Math.min(this.#left, end - at);
      if (this.#opcode === TEXT) this.bytes += take;
      else for (let i = at; i < at + take; i++) this.#control.push(chunk[i] ?? 0);
      at += take;
      this.#left -= take;
      if (this.#left === 0) this.#end();
    }
  }

  #begin(): void {
    this.#headerHas = 0;
    this.#opcode = (this.#header[0] ?? 0) & 0xf;
    this.#left = payloadLength(this.#header);
    if (this.#left === 0) this.#end();
  }

  #end(): void {
    if (this.#opcode === TEXT) {
      this.frames++;
      this.#onFrame();
    }
    const payload = this.#control;
    this.#control = [];
    if (this.#opcode !== PING) return;
    const second = this.#header[1] ?? 0;
    // A ping without a mask came to a client, and a client masks its answer; a server does not.
    if ((second & MASKED) === 0) {
      this.#onPing(encode(PONG, Uint8Array.from(payload), true));
      return;
    }
    const mask = this.#header.subarray(headerSize(second) - 4);
    this.#onPing(
      encode(
        PONG,
        Uint8Array.from(payload, (byte, i) => byte ^ (mask[i & 3] ?? 0)),
        false,
      ),
    );
  }
}

function headerSize(second: number): number {
  const short = second & 0x7f;
  return 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (second >> 7) * 4;
}

function payloadLength(header: Uint8Array): number {
  const short = (header[1] ?? 0) & 0x7f;
  if (short < 126) return short;
  let length = 0;
  for (let i = 2; i < (short === 126 ? 4 : 10); i++) length = length * 256 + (header[i] ?? 0);
  return length;
}
