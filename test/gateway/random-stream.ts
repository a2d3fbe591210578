/** Random but repeatable frames, and a peer that speaks them and checks what it hears. */

import { encodeFrame, type FaultPeer, type Frame, OPCODE } from '../kit/fault-peers.ts';

/** Numbers from [0, 1) that depend on the seed alone (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SIZES = [0, 1, 2, 12, 125, 126, 127, 1000, 65_535, 65_536, 200_000];

/** Frames of at least `bytes` bytes in all: whole and fragmented messages, control frames, and what the RFC forbids. */
export function randomFrames(random: () => number, masks: boolean, bytes: number): Buffer[] {
  const pick = (below: number): number => Math.floor(random() * below);
  const payload = (length: number): Buffer => Buffer.alloc(length, String.fromCharCode(33 + pick(90)));
  const key = (): Buffer => Buffer.from([pick(256), pick(256), pick(256), pick(256)]);
  const frames: Buffer[] = [];
  let inMessage = false;
  for (let total = 0; total < bytes; total += frames.at(-1)?.length ?? 0) {
    const kind = random();
    // 3 in 100 are masked wrongly.
    const mask = random() < 0.03 !== masks ? key() : false;
    if (kind < 0.15) {
      const opcode = kind < 0.08 ? OPCODE.ping : OPCODE.pong;
      frames.push(encodeFrame({ opcode, payload: payload(SIZES[pick(5)] ?? 0), mask }));
      continue;
    }
    const fin = random() < 0.6;
    const opcode = inMessage ? OPCODE.continuation : kind < 0.6 ? OPCODE.text : OPCODE.binary;
    const rsv = random() < 0.05 ? 4 : 0;
    const lengthForm = random() < 0.05 ? (64 as const) : ('shortest' as const);
    const length = random() < 0.7 ? pick(2000) : (SIZES[pick(SIZES.length)] ?? 0);
    frames.push(encodeFrame({ opcode, payload: payload(length), mask, fin, rsv, lengthForm }));
    inMessage = !fin;
  }
  return frames;
}

/** Sends its frames in random pieces, answers hangup's pings, and holds what it hears against what the other one sent. */
export class Talker {
  readonly #peer: FaultPeer;
  readonly #random: () => number;
  readonly #expected: readonly Buffer[];
  readonly #pongs: Frame[] = [];
  #heard = 0;
  #looked = 0;
  /** hangup's pings so far, and how many of them came between the fragments of a message. */
  pings = 0;
  betweenFragments = 0;
  #inMessage = false;

  constructor(peer: FaultPeer, random: () => number, expected: readonly Buffer[]) {
    this.#peer = peer;
    this.#random = random;
    this.#expected = expected;
  }

  /** Resolves when everything is sent. */
  async talk(frames: readonly Buffer[]): Promise<void> {
    for (let at = 0; at < frames.length; ) {
      const count = 1 + Math.floor(this.#random() * 8);
      const batch = [...frames.slice(at, at + count)];
      at += count;
      this.#look();
      // Pongs go between any two frames, as a busy peer would send them.
      for (const ping of this.#pongs.splice(0))
        batch.splice(Math.floor(this.#random() * batch.length), 0, this.#pongTo(ping));
      const bytes = Buffer.concat(batch);
      await this.#peer.send(bytes, this.#cuts(bytes.length));
    }
  }

  /** Resolves when everything expected was heard, and nothing else. */
  async hear(): Promise<void> {
    await this.#peer.until('all frames', () => this.#look(), 30_000);
    if (this.#peer.remainder.length > 0) throw new Error(`${this.#peer.remainder.length} bytes too many`);
  }

  /** @returns whether everything was heard */
  #look(): boolean {
    const { frames } = this.#peer;
    for (; this.#looked < frames.length; this.#looked++) {
      const frame = frames[this.#looked];
      if (frame === undefined) break;
      const due = this.#expected[this.#heard];
      if (due !== undefined && frame.wire.equals(due)) {
        this.#heard++;
        if (frame.opcode < OPCODE.close) this.#inMessage = !frame.fin;
      } else this.#takePing(frame);
    }
    return this.#heard === this.#expected.length;
  }

  #takePing(frame: Frame): void {
    if (frame.opcode !== OPCODE.ping || frame.payload.length !== 12 || !frame.fin || frame.rsv !== 0) {
      throw new Error(
        `frame ${this.#heard} of ${this.#expected.length} is another: ${frame.wire.subarray(0, 20).toString('hex')}`,
      );
    }
    this.pings++;
    if (this.#inMessage) this.betweenFragments++;
    this.#pongs.push(frame);
  }

  /** A client is pinged unmasked and answers masked. */
  #pongTo(ping: Frame): Buffer {
    return encodeFrame({ opcode: OPCODE.pong, payload: ping.payload, mask: !ping.masked });
  }

  #cuts(length: number): number[] {
    if (length < 200) return Array.from({ length: length - 1 }, (_, i) => i + 1);
    const cuts = Array.from(
      { length: Math.floor(this.#random() * 4) },
      () => 1 + Math.floor(this.#random() * (length - 1)),
    );
    return cuts.sort((a, b) => a - b);
  }
}
