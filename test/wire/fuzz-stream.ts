import { randomCuts } from './chunkings.ts';
import type { Random } from './random.ts';

/**
 * Streams of frames, most of them as the protocol has them, written without the help of the code under test. How wild a
 * stream is, is drawn once for it: a receiver that stops at the first fault would otherwise never see far.
 */
export interface FuzzStream {
  readonly fromClient: boolean;
  /** Whether permessage-deflate is negotiated. */
  readonly deflate: boolean;
  readonly bytes: Buffer;
  readonly frames: number;
  readonly chunks: readonly Buffer[];
  /** Chunk i is frame i. */
  readonly chunkPerFrame: boolean;
  /** The last frame is cut off. */
  readonly truncated: boolean;
}

const FRAMES = 100;
/** Longest header and the payload of one that must fit in 16 bits. */
const LARGEST = 14 + 66_000;
const ROOM = Buffer.alloc(4 * 1024 * 1024);
const SENDABLE = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4001, 4999];
const WORDS = Buffer.from('{"event":"posted","data":{"channel_type":"O","é":"ü","🚦":"…"}} ');
/** Byte offsets in WORDS at which a character begins: text cut there is UTF-8. */
const CHARACTERS = [0, 10, 17, 20, 30, WORDS.indexOf('é'), WORDS.indexOf('🚦'), WORDS.indexOf('…'), WORDS.length];

export function fuzzStream(random: Random): FuzzStream {
  const writer = new StreamWriter(random);
  const fromClient = random.oneIn(2);
  const deflate = random.oneIn(8);
  // 0: a stream without faults.
  const wildness = random.pick([0, 0, 400, 100, 20, 3]);
  const wanted = wildness === 0 ? 4 * FRAMES : FRAMES;
  while (writer.frames < wanted && writer.room) writer.frame(fromClient, deflate, wildness);
  const truncated = random.oneIn(10);
  const bytes = Buffer.from(ROOM.subarray(0, truncated ? writer.at - 1 - random.below(writer.lastSize) : writer.at));
  const chunkPerFrame = !truncated && random.oneIn(3);
  const chunks = chunkPerFrame
    ? framesOf(bytes, writer.starts)
    : randomCuts(bytes, random, random.pick([20, 300, 5000]));
  return { fromClient, deflate, bytes, frames: writer.frames, chunks, chunkPerFrame, truncated };
}

function framesOf(bytes: Buffer, starts: readonly number[]): Buffer[] {
  return starts.map((start, i) => bytes.subarray(start, starts[i + 1]));
}

class StreamWriter {
  at = 0;
  readonly starts: number[] = [];
  readonly #random: Random;
  #inMessage = false;
  #isText = false;

  constructor(random: Random) {
    this.#random = random;
  }

  get frames(): number {
    return this.starts.length;
  }

  get lastSize(): number {
    return this.at - (this.starts.at(-1) ?? 0);
  }

  get room(): boolean {
    return this.at + LARGEST < ROOM.length;
  }

  frame(fromClient: boolean, deflate: boolean, wildness: number): void {
    const random = this.#random;
    const wild = (): boolean => wildness > 0 && random.oneIn(wildness);
    this.starts.push(this.at);
    const control = random.oneIn(4);
    let opcode = control ? random.pick([9, 10]) : this.#inMessage ? 0 : random.pick([1, 1, 2]);
    // Few: it is the end of what ws reads.
    if (random.oneIn(wildness === 0 ? 4 * FRAMES : 150)) opcode = 8;
    if (wild()) opcode = random.below(16);
    const isControl = opcode >= 8;
    const fin = wild() ? random.oneIn(2) : isControl || !random.oneIn(4);
    let rsv = deflate && !isControl && opcode !== 0 && random.oneIn(3) ? 4 : 0;
    if (wild()) rsv = random.below(8);
    const masked = wild() ? random.oneIn(2) : fromClient;
    if (opcode === 1 || opcode === 2) this.#isText = opcode === 1;
    const length = isControl ? this.#controlLength(opcode, wildness) : this.#dataLength();
    const extended = wild() ? random.pick([126, 127]) : length < 126 ? 0 : length < 65_536 ? 126 : 127;
    this.#header((fin ? 0x80 : 0) | (rsv << 4) | opcode, masked, length, extended, wild());
    const mask = masked ? this.#mask() : null;
    this.#payload(opcode, length, wildness);
    if (mask !== null)
      for (let i = 0; i < length; i++) ROOM[this.at + i] = (ROOM[this.at + i] ?? 0) ^ (mask[i & 3] ?? 0);
    this.at += length;
    if (!isControl) this.#inMessage = !fin;
  }

  #controlLength(opcode: number, wildness: number): number {
    if (wildness > 0 && this.#random.oneIn(wildness)) return this.#random.pick([0, 1, 2, 125, 126, 127, 300]);
    return opcode === 8
      ? this.#random.pick(wildness === 0 ? [0, 2, 2, 12] : [0, 1, 2, 12])
      : this.#random.below(this.#random.oneIn(8) ? 126 : 14);
  }

  #dataLength(): number {
    const random = this.#random;
    if (random.oneIn(2000)) return random.pick([65_535, 65_536]);
    if (random.oneIn(50)) return random.pick([125, 126, 127, 600]);
    return this.#isText ? random.pick(CHARACTERS) : random.below(40);
  }

  #header(first: number, masked: boolean, length: number, extended: number, monstrous: boolean): void {
    ROOM[this.at++] = first;
    ROOM[this.at++] = (masked ? 0x80 : 0) | (extended === 0 ? length : extended);
    if (extended === 126) this.at = ROOM.writeUInt16BE(length & 0xffff, this.at);
    if (extended === 127) {
      // Once in a while more than there are bytes in the world.
      this.at = ROOM.writeUInt32BE(monstrous ? this.#random.pick([0x20_0000, 0x1f_ffff, 0x8000_0000, 1]) : 0, this.at);
      this.at = ROOM.writeUInt32BE(length, this.at);
    }
  }

  #mask(): Uint8Array {
    const random = this.#random;
    if (random.oneIn(20)) ROOM.fill(0, this.at, this.at + 4);
    else random.fill(ROOM, this.at, this.at + 4);
    this.at += 4;
    return ROOM.subarray(this.at - 4, this.at);
  }

  #payload(opcode: number, length: number, wildness: number): void {
    const end = this.at + length;
    if (opcode === 2 || (opcode === 0 && !this.#isText) || (wildness > 0 && this.#random.oneIn(wildness)))
      this.#random.fill(ROOM, this.at, end);
    else if (length <= WORDS.length) WORDS.copy(ROOM, this.at, 0, length);
    else ROOM.fill('long ', this.at, end);
    if (opcode !== 8 || length < 2) return;
    // Where anything goes wrong, Close frames do so often: there is one at most.
    const bad = (): boolean => wildness > 0 && this.#random.oneIn(4);
    ROOM.writeUInt16BE(bad() ? this.#random.below(6000) : this.#random.pick(SENDABLE), this.at);
    if (bad()) this.#random.fill(ROOM, this.at + 2, end);
    else ROOM.fill('because of', this.at + 2, end);
  }
}
