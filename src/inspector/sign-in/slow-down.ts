import { isIPv6, SocketAddress } from 'node:net';

/** Wrong tokens that cost nothing: a page with the cookie of an earlier start asks for several things at once. */
const FREE = 5;
/** The answers to the next ones come later and later, in ms. */
const DELAYS_MS = [250, 500, 1000, 2000, 4000] as const;
/** After those no wrong token is looked into for this long, in ms. */
const BLOCK_MS = 60_000;
/** An address is forgotten after this time without a wrong token, in ms. */
const REMEMBERED_MS = 15 * 60_000;
/** Addresses remembered; whoever has more of them than this has gained nothing by it but patience. */
const MAX_ADDRESSES = 1024;
/** Answers that may be waiting at once: each holds a connection of the listener. */
const MAX_WAITING = 32;

export interface Penalty {
  /** The answer is to wait so long, in ms. */
  readonly delayMs: number;
  /** Not to be looked into at all before this time, in seconds; null: answer as usual. */
  readonly retryAfterS: number | null;
}

interface Record {
  failures: number;
  lastAt: number;
  blockedUntil: number;
}

/**
 * Makes guessing slow: counts wrong tokens by the address that sent them. It is asked about wrong ones only, so that nobody
 * else's guesses can keep out or delay who has the right one.
 */
export class SlowDown {
  readonly #now: () => number;
  /** Least recently wrong first. */
  readonly #records = new Map<string, Record>();
  #waiting = 0;

  /** @param now ms, never going back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Somebody there has sent a wrong token. */
  wrong(address: string | undefined): Penalty {
    const now = this.#now();
    const key = keyOf(address);
    const record = this.#records.get(key) ?? { failures: 0, lastAt: now, blockedUntil: 0 };
    if (now - record.lastAt > REMEMBERED_MS) record.failures = 0;
    record.lastAt = now;
    this.#keep(key, record);
    if (now < record.blockedUntil) return blocked(record.blockedUntil - now);
    record.failures++;
    const delayMs = record.failures <= FREE ? 0 : DELAYS_MS[record.failures - FREE - 1];
    if (delayMs === undefined) {
      record.blockedUntil = now + BLOCK_MS;
      return blocked(BLOCK_MS);
    }
    if (delayMs > 0 && this.#waiting >= MAX_WAITING) return blocked(delayMs);
    return { delayMs, retryAfterS: null };
  }

  /** Waits as a penalty says. */
  async wait({ delayMs }: Penalty): Promise<void> {
    if (delayMs === 0) return;
    this.#waiting++;
    await new Promise<void>((resolve) => setTimeout(resolve, delayMs).unref());
    this.#waiting--;
  }

  /** Addresses remembered. */
  get size(): number {
    return this.#records.size;
  }

  #keep(key: string, record: Record): void {
    this.#records.delete(key);
    this.#records.set(key, record);
    for (const oldest of this.#records.keys()) {
      if (this.#records.size <= MAX_ADDRESSES) return;
      this.#records.delete(oldest);
    }
  }
}

const blocked = (ms: number): Penalty => ({ delayMs: 0, retryAfterS: Math.ceil(ms / 1000) });

/** One customer has a /64 of IPv6 to choose from (RFC 6177), and one address of IPv4. */
function keyOf(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = new SocketAddress({ address: plain, family: 'ipv6' }).address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}
