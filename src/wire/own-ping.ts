/**
 * The payload of hangup's own pings on one leg: 8 random bytes that only this connection uses, then a counter.
 * A pong that carries it answers such a ping and nothing else: 2^-64 is the chance of a stranger's.
 */
export const OWN_PING_PAYLOAD = 12;
const KEY_BYTES = 8;

export class OwnPings {
  // Two numbers and no Buffer: there are two keys a connection, and a Buffer of 8 bytes takes 300.
  readonly #keyHigh: number;
  readonly #keyLow: number;
  #sent = 0;

  /** @param key 8 random bytes */
  constructor(key: Buffer) {
    this.#keyHigh = key.readInt32BE(0);
    this.#keyLow = key.readInt32BE(4);
  }

  /** How many were sent: the number of the last one. */
  get sent(): number {
    return this.#sent;
  }

  /** The next ping's payload; numbers count from 1. */
  next(): Buffer {
    this.#sent++;
    const payload = Buffer.allocUnsafe(OWN_PING_PAYLOAD);
    payload.writeInt32BE(this.#keyHigh, 0);
    payload.writeInt32BE(this.#keyLow, 4);
    payload.writeUInt32BE(this.#sent >>> 0, KEY_BYTES);
    return payload;
  }

  /** @returns the number of the ping that this pong answers, or 0 if it is not hangup's */
  answers(pong: Uint8Array): number {
    if (this.#sent === 0 || pong.length !== OWN_PING_PAYLOAD) return 0;
    const bytes = Buffer.from(pong.buffer, pong.byteOffset, pong.length);
    // Without a branch between the halves: how long it takes must not tell how much was guessed.
    if (((bytes.readInt32BE(0) ^ this.#keyHigh) | (bytes.readInt32BE(4) ^ this.#keyLow)) !== 0) return 0;
    const number = bytes.readUInt32BE(KEY_BYTES);
    return number >= 1 && number <= this.#sent ? number : 0;
  }

  /** Whether a pong of which only these first bytes have arrived may still turn out to be an answer. */
  mayAnswer(length: number, prefix: Uint8Array): boolean {
    if (this.#sent === 0 || length !== OWN_PING_PAYLOAD) return false;
    const known = Math.min(prefix.length, KEY_BYTES);
    for (let i = 0; i < known; i++) {
      const half = i < 4 ? this.#keyHigh : this.#keyLow;
      if (prefix[i] !== ((half >>> (24 - 8 * (i & 3))) & 0xff)) return false;
    }
    return true;
  }
}
