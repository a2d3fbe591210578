/** The request line's target as nginx reads it, and the way back: ngx_http_parse_complex_uri, ngx_escape_uri, ngx_unescape_uri. */

export interface RequestLine {
  /** Decoded, `//`, `.` and `..` gone: what locations are compared with. One character a byte. */
  readonly uri: string;
  /** What follows the `?`, as it came. */
  readonly args: string;
  /** It had a `%`: what is passed on with another URI is encoded again. */
  readonly quoted: boolean;
  /** It had a `+`. */
  readonly plus: boolean;
}

/** What decoding and normalising may change; a path without it is its own URI. */
const CHANGES = /%|\/[/.]/;
const CONTROL = /[\0-\x20\x7f]/;

/**
 * @param target one character a byte @param mergeSlashes of the server
 * @returns null for what nginx answers with 400
 */
export function readTarget(target: string, mergeSlashes: boolean): RequestLine | null {
  if (!target.startsWith('/') || CONTROL.test(target)) return null;
  const path = /^[^?#]*/.exec(target)?.[0] ?? '';
  const rest = target.slice(path.length);
  const args = rest.startsWith('?') ? (rest.slice(1).split('#', 1)[0] ?? '') : '';
  if (!CHANGES.test(path)) return { uri: path, args, quoted: false, plus: path.includes('+') };
  const bytes = decoded(path);
  const uri = bytes === null ? null : normalised(bytes, mergeSlashes);
  if (bytes === null || uri === null) return null;
  return { uri, args, quoted: path.includes('%'), plus: bytes.some(({ byte, literal }) => byte === '+' && !literal) };
}

/** A byte of the path; `literal` where it was `%25`, `%23` or `%3F`, which nginx takes for no more than themselves. */
interface PathByte {
  readonly byte: string;
  readonly literal: boolean;
}

function decoded(path: string): PathByte[] | null {
  const bytes: PathByte[] = [];
  for (let at = 0; at < path.length; at++) {
    const byte = path.charAt(at);
    if (byte !== '%') {
      bytes.push({ byte, literal: false });
      continue;
    }
    const hex = path.slice(at + 1, at + 3);
    if (!/^[0-9A-Fa-f]{2}$/.test(hex) || hex === '00') return null;
    const value = String.fromCharCode(Number.parseInt(hex, 16));
    bytes.push({ byte: value, literal: value === '%' || value === '#' || value === '?' });
    at += 2;
  }
  return bytes;
}

/** @returns null where `..` leads above the root */
function normalised(bytes: readonly PathByte[], mergeSlashes: boolean): string | null {
  let uri = '';
  let at = 0;
  // Each turn begins where a slash has just been written, or at the start.
  while (at < bytes.length) {
    const end = slashFrom(bytes, at);
    const segment = bytes
      .slice(at, end)
      .map(({ byte }) => byte)
      .join('');
    const closed = end < bytes.length;
    at = end + 1;
    if (uri !== '' && segment === '' && closed) {
      if (!mergeSlashes) uri += '/';
    } else if (uri !== '' && segment === '.') {
      // Nothing is added, and the slash after it goes, too.
    } else if (uri !== '' && segment === '..') {
      if (uri === '/') return null;
      const parent = uri.lastIndexOf('/', uri.length - 2);
      uri = uri.slice(0, parent + 1);
    } else uri += closed ? `${segment}/` : segment;
  }
  return uri;
}

function slashFrom(bytes: readonly PathByte[], start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at]?.byte !== '/') at++;
  return at;
}

/** NGX_ESCAPE_URI: what may not stand in a path. */
const UNSAFE_IN_URI = /[\0-\x20"#%<>?\\^`{|}\x7f-\xff]/g;
/** NGX_ESCAPE_ARGS. */
const UNSAFE_IN_ARGS = /[\0-\x20"#%&+;<>?\\^`{|}\x7f-\xff]/g;

const percent = (byte: string): string => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

export const escapeUri = (uri: string): string => uri.replace(UNSAFE_IN_URI, percent);
export const escapeArgs = (text: string): string => text.replace(UNSAFE_IN_ARGS, percent);

/** NGX_UNESCAPE_REDIRECT: a redirect's path is decoded where that is safe, up to its `?`. */
export function unescapeRedirect(text: string): string {
  const end = text.search(/\?|%3[fF]/);
  const path = end === -1 ? text : text.slice(0, end);
  const query = end === -1 ? '' : text.slice(end).replace(/^%3[fF]/, '?');
  const plain = path.replace(/%([0-9A-Fa-f]{2})/g, (whole, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code > 0x25 && code < 0x7f ? String.fromCharCode(code) : whole;
  });
  return plain + query;
}

/** @returns the path and what follows its first `?` (ngx_http_split_args) */
export function splitArgs(uri: string): { readonly uri: string; readonly args: string } {
  const mark = uri.indexOf('?');
  return mark === -1 ? { uri, args: '' } : { uri: uri.slice(0, mark), args: uri.slice(mark + 1) };
}
