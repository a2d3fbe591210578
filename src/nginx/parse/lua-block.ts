import type { SourceFile } from './source.ts';

/** Where a block of Lua ends. nginx's Lua module reads it with Lua's own rules, so a brace in a string or a comment is none. */

/** Directives whose block is Lua: `content_by_lua_block`, `init_by_lua_block`, `balancer_by_lua_block` … (OpenResty). */
const LUA_BLOCK = /_by_lua_block$/;

export const holdsLua = (directive: string): boolean => LUA_BLOCK.test(directive);

const LF = 0x0a;
const DOUBLE = 0x22;
const SINGLE = 0x27;
const MINUS = 0x2d;
const EQUALS = 0x3d;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * @param from the byte after the block's `{`
 * @returns the byte of its `}`, or null where the file ends first
 */
export function luaBlockEnd({ bytes }: SourceFile, from: number): number | null {
  let depth = 1;
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === OPEN) depth++;
    else if (byte === CLOSE && --depth === 0) return at;
    at = afterLuaToken(bytes, at);
  }
  return null;
}

function afterLuaToken(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === DOUBLE || byte === SINGLE) return afterString(bytes, at + 1, byte);
  if (byte === OPEN_BRACKET) return afterLongBracket(bytes, at) ?? at + 1;
  if (byte === MINUS && bytes[at + 1] === MINUS) return afterComment(bytes, at + 2);
  return at + 1;
}

/** A string ends with its quote, or where its line does: Lua refuses that, and the rest is worth reading. */
function afterString(bytes: Uint8Array, from: number, quote: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === BACKSLASH) at++;
    else if (byte === quote || byte === LF) return at + 1;
  }
  return bytes.length;
}

function afterComment(bytes: Uint8Array, from: number): number {
  const long = afterLongBracket(bytes, from);
  if (long !== null) return long;
  const feed = bytes.indexOf(LF, from);
  return feed === -1 ? bytes.length : feed + 1;
}

/** `[[ … ]]`, `[==[ … ]==]`. @returns null where none starts at `at` */
function afterLongBracket(bytes: Uint8Array, at: number): number | null {
  if (bytes[at] !== OPEN_BRACKET) return null;
  let level = 0;
  while (bytes[at + 1 + level] === EQUALS) level++;
  if (bytes[at + 1 + level] !== OPEN_BRACKET) return null;
  let close = bytes.indexOf(CLOSE_BRACKET, at + level + 2);
  while (close !== -1) {
    let equals = 0;
    while (equals < level && bytes[close + 1 + equals] === EQUALS) equals++;
    if (equals === level && bytes[close + 1 + level] === CLOSE_BRACKET) return close + level + 2;
    close = bytes.indexOf(CLOSE_BRACKET, close + 1);
  }
  return bytes.length;
}
