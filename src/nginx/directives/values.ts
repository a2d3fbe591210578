/** nginx's ways to write a time, a size and a number (ngx_parse.c, ngx_string.c). */

/** nginx counts in signed 64 bits and refuses what does not fit. */
const MAX = 2n ** 63n - 1n;

const DIGITS = /^[0-9]+$/;

/** Each unit once, the larger before the smaller; `rank` is its place in that order. */
const UNITS: ReadonlyMap<string, { readonly rank: number; readonly ms: bigint }> = new Map([
  ['y', { rank: 1, ms: 31_536_000_000n }],
  ['M', { rank: 2, ms: 2_592_000_000n }],
  ['w', { rank: 3, ms: 604_800_000n }],
  ['d', { rank: 4, ms: 86_400_000n }],
  ['h', { rank: 5, ms: 3_600_000n }],
  ['m', { rank: 6, ms: 60_000n }],
  ['s', { rank: 7, ms: 1_000n }],
  [' ', { rank: 7, ms: 1_000n }],
  ['ms', { rank: 8, ms: 1n }],
]);
/** Where years and months would stand: nginx takes those only where it keeps seconds. */
const AFTER_MONTHS = 2;
const END = 9;

/**
 * A time that nginx keeps in milliseconds, as almost all are: `75s`, `1m30s`, `1h 30m`, `500ms`; without a unit, seconds.
 * @returns ms, or null for what nginx refuses (`1M` and `1y` among it)
 */
export const parseTime = (text: string): number | null => readTime(text, AFTER_MONTHS);

/**
 * A time that nginx keeps in whole seconds: `ssl_session_timeout`, `open_file_cache_valid`, the times of caches.
 * @returns ms, or null for what nginx refuses (`500ms` among it)
 */
export const parseSeconds = (text: string): number | null => (text.includes('ms') ? null : readTime(text, 0));

function readTime(text: string, firstRank: number): number | null {
  const limit = firstRank === 0 ? MAX * 1000n : MAX;
  let rank = firstRank;
  let total = 0n;
  let digits = '';
  let seen = false;
  for (let at = 0; at < text.length; ) {
    let name = text[at++] ?? '';
    if (name >= '0' && name <= '9') {
      digits += name;
      seen = true;
      continue;
    }
    if (name === 'm' && text[at] === 's') name += text[at++];
    const unit = UNITS.get(name);
    if (unit === undefined || rank >= unit.rank) return null;
    rank = name === ' ' ? END : unit.rank;
    total += BigInt(digits) * unit.ms;
    if (total > limit) return null;
    digits = '';
    while (text[at] === ' ') at++;
  }
  total += BigInt(digits) * 1000n;
  return !seen || total > limit ? null : Number(total);
}

/** A size as `proxy_buffer_size` takes it: bytes, or with `k` or `m`. @returns bytes, or null for what nginx refuses (`1g` among it) */
export const parseSize = (text: string): number | null => readSize(text, 'km');

/** A size as `client_max_body_size` takes it, where nginx knows `g` as well. @returns bytes, or null for what nginx refuses */
export const parseOffset = (text: string): number | null => readSize(text, 'kmg');

function readSize(text: string, units: string): number | null {
  const power = units.indexOf(text.slice(-1).toLowerCase()) + 1;
  const unit = text === '' ? 0 : power;
  const digits = unit === 0 ? text : text.slice(0, -1);
  if (!DIGITS.test(digits)) return null;
  const bytes = BigInt(digits) * 1024n ** BigInt(unit);
  return bytes > MAX ? null : Number(bytes);
}

/** Decimal digits and nothing else: nginx's numbers have no sign. @returns null for what nginx refuses */
export const parseNumber = (text: string): number | null => readSize(text, '-');
