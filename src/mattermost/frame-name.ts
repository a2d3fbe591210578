import type { Side } from '../evidence/fact.ts';
import { internedName } from './interned-names.ts';

/**
 * What a text frame means to Mattermost, told from its first bytes alone. It runs for every frame that is relayed, so it
 * parses no JSON and builds no string for a name it has seen before.
 *
 *   server  {"event":"posted","data":…        posted                     the value of "event"
 *   server  {"status":"OK","seq_reply":3…     reply OK                   OK or FAIL, nothing else
 *   client  {"seq":1,"action":"ping"…         action ping                the value of "action"
 *
 * It walks the top-level members until it meets the one that it wants: two spacings and several key orders exist
 * (FIELD-NOTES §1, "Frames"). What does not fit in the prefix, or is no JSON object, has no name.
 */

/**
 * How many bytes of a payload are worth handing over. `{"event": "` and a name of 64 bytes with its quote need 76; the
 * rest leaves room for `"seq":` and a number of 53 bits before `"action"`.
 */
export const NAME_PREFIX_BYTES = 96;

/** The names that a verdict asks about, and of which a timeline therefore keeps the first time. */
export const VERDICT_NAMES = ['hello', 'action authentication_challenge', 'reply OK', 'reply FAIL'] as const;

export type VerdictName = (typeof VERDICT_NAMES)[number];

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const EVENT = ascii('event');
const STATUS = ascii('status');
const ACTION = ascii('action');
const OK = ascii('OK');
const FAIL = ascii('FAIL');

/**
 * The name of a text frame, or null when its beginning does not tell. Only `[A-Za-z0-9_.:-]{1,64}` can become a name:
 * a name is journaled, message text and secrets are not.
 *
 * @param from who sent the frame: only a server has events and replies, only a client has actions
 * @param prefix the first bytes of the unmasked payload, at most {@link NAME_PREFIX_BYTES} of them; never kept
 */
export function frameName(from: Side, prefix: Uint8Array): string | null {
  let at = skipSpace(prefix, 0);
  if (prefix[at] !== OPEN_BRACE) return null;
  do {
    const key = skipSpace(prefix, at + 1);
    const keyEnd = stringEnd(prefix, key);
    if (keyEnd === -1) return null;
    at = skipSpace(prefix, keyEnd);
    if (prefix[at] !== COLON) return null;
    const value = skipSpace(prefix, at + 1);
    if (from === 'client') {
      if (equals(prefix, key + 1, keyEnd - 1, ACTION)) return internedName(prefix, value, 'action ');
    } else if (equals(prefix, key + 1, keyEnd - 1, EVENT)) return internedName(prefix, value, '');
    else if (equals(prefix, key + 1, keyEnd - 1, STATUS)) return reply(prefix, value);
    const valueEnd = skipValue(prefix, value);
    if (valueEnd === -1) return null;
    at = skipSpace(prefix, valueEnd);
  } while (prefix[at] === COMMA);
  return null;
}

function reply(bytes: Uint8Array, quote: number): string | null {
  const end = stringEnd(bytes, quote);
  if (end === -1) return null;
  if (equals(bytes, quote + 1, end - 1, OK)) return 'reply OK';
  return equals(bytes, quote + 1, end - 1, FAIL) ? 'reply FAIL' : null;
}

/**
 * Just behind the closing quote of the string that starts at `quote`, or -1. A string with an escape is not read past:
 * no name and no member of Mattermost's that comes before one has an escape, and guessing would risk a wrong name.
 */
function stringEnd(bytes: Uint8Array, quote: number): number {
  if (bytes[quote] !== QUOTE) return -1;
  for (let at = quote + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) return -1;
  }
  return -1;
}

/** Just behind any JSON value that ends within the bytes, or -1. Nesting is counted, its inner order is not checked. */
function skipValue(bytes: Uint8Array, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return stringEnd(bytes, start);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return skipLiteral(bytes, start);
  let depth = 0;
  let at = start;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = stringEnd(bytes, at);
      if (at === -1) return -1;
      continue;
    }
    at++;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at;
  }
  return -1;
}

/** Behind a number, `true`, `false` or `null`; -1 when there is none. */
function skipLiteral(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && isLiteralByte(bytes[at] ?? 0)) at++;
  return at === start ? -1 : at;
}

/** Digits, signs, point and letters: more than JSON's literals, but nothing of its structure. */
function isLiteralByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e ||
    byte === 0x45
  );
}

function skipSpace(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const byte = bytes[at];
    if (byte !== SPACE && byte !== LINE_FEED && byte !== CARRIAGE_RETURN && byte !== TAB) return at;
    at++;
  }
}

function equals(bytes: Uint8Array, start: number, end: number, wanted: Uint8Array): boolean {
  if (end - start !== wanted.length) return false;
  for (let at = 0; at < wanted.length; at++) if (bytes[start + at] !== wanted[at]) return false;
  return true;
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
