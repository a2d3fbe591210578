import { timingSafeEqual } from 'node:crypto';

/**
 * The payload of hangup's own pings on one leg: 8 random bytes that only this connection uses, then a counter.
 * A pong that carries it answers such a ping and nothing else: 2^-64 is the chance of a stranger's.
 */
export const OWN_PING_PAYLOAD = 12;
const KEY_BYTES = 8;

export class OwnPings {
  readonly #key: Buffer;
  #sent = 0;

  /** @param key 8 random bytes */
  constructor(key: Buffer) {
    this.#key = key.subarray(0, KEY_BYTES);
  }

  /** How many were sent: the number of the last one. */
  get sent(): number {
    return this.#sent;
  }

  /** The next ping's payload; numbers count from 1. */
  next(): Buffer {
    this.#sent++;
    const payload = Buffer.allocUnsafe(OWN_PING_PAYLOAD);
    payload.set(this.#key);
    payload.writeUInt32BE(this.#sent >>> 0, KEY_BYTES);
    return payload;
  }

  /** @returns the number of the ping that this pong answers, or 0 if it is not hangup's */
  answers(pong: Uint8Array): number {
    if (this.#sent === 0 || pong.length !== OWN_PING_PAYLOAD) return 0;
    if (!timingSafeEqual(pong.subarray(0, KEY_BYTES), this.#key)) return 0;
    const number = Buffer.from(pong.buffer, pong.byteOffset, pong.length).readUInt32BE(KEY_BYTES);
    return number >= 1 && number <= this.#sent ? number : 0;
  }

  /** Whether a pong of which only these first bytes have arrived may still turn out to be an answer. */
  mayAnswer(length: number, prefix: Uint8Array): boolean {
    if (this.#sent === 0 || length !== OWN_PING_PAYLOAD) return false;
    const known = Math.min(prefix.length, KEY_BYTES);
    for (let i = 0; i < known; i++) if (prefix[i] !== this.#key[i]) return false;
    return true;
  }
}
