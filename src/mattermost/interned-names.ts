/**
 * Bytes to the one string that stands for them, without building it again. A direct-mapped cache: the hash of the
 * bytes names a slot, a slot holds one name, and another name with that slot takes its place. So it is bounded
 * whatever a hostile peer invents, and the names in use find their way back.
 */

/** Slots per kind of name; a power of two. Mattermost 11 has about 90 events and 10 actions. */
const SLOTS = 1024;

/** Longest identifier that becomes a name, in bytes. */
const LONGEST_NAME = 64;

const QUOTE = 0x22;

interface Entry {
  readonly bytes: Uint8Array;
  readonly name: string;
}

type Cache = (Entry | undefined)[];

const plain: Cache = new Array<Entry | undefined>(SLOTS).fill(undefined);
const actions: Cache = new Array<Entry | undefined>(SLOTS).fill(undefined);

/** 1 for the bytes that may stand in a name: `[A-Za-z0-9_.:-]`. */
const ALLOWED = new Uint8Array(256);
for (const byte of new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-')) {
  ALLOWED[byte] = 1;
}

/**
 * The identifier that stands in quotes at `quote`, complete and of the alphabet `[A-Za-z0-9_.:-]{1,64}`; else null.
 *
 * @param before what the name begins with, in front of the identifier
 */
export function internedName(bytes: Uint8Array, quote: number, before: '' | 'action '): string | null {
  if (bytes[quote] !== QUOTE) return null;
  const start = quote + 1;
  const limit = Math.min(bytes.length, start + LONGEST_NAME + 1);
  let end = start;
  let hash = 0;
  for (; end < limit; end++) {
    const byte = bytes[end] ?? 0;
    if (ALLOWED[byte] !== 1) break;
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  // Neither too long (the limit is one byte further), nor cut off, nor empty, nor ended by a byte that is not allowed.
  if (end === limit || end === start || bytes[end] !== QUOTE) return null;
  const cache = before === '' ? plain : actions;
  // The high bits are folded in: with a factor of 31 the low ten bits depend on the last letters most.
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  const entry = cache[slot];
  if (entry !== undefined && same(entry.bytes, bytes, start, end)) return entry.name;
  // Not slice(): a Buffer's is a view, which would keep a whole read alive and change under the cache.
  const copy = Uint8Array.from(bytes.subarray(start, end));
  const name = before + String.fromCharCode(...copy);
  cache[slot] = { bytes: copy, name };
  return name;
}

function same(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let at = 0; at < known.length; at++) if (known[at] !== bytes[start + at]) return false;
  return true;
}
