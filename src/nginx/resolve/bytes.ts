/**
 * nginx compares, matches and percent-decodes bytes. Inside resolve/ a text is therefore a string with one character a byte
 * (U+0000 to U+00FF); what people read is turned back at the edge.
 */

const UPPER = /[A-Z]/;
const ASCII = /^[\0-\x7f]*$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8');

/** @returns its UTF-8, one character a byte */
export function asBytes(text: string): string {
  if (ASCII.test(text)) return text;
  let bytes = '';
  for (const byte of encoder.encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** @param bytes one character a byte @returns the text, with U+FFFD for what is no UTF-8 */
export function asText(bytes: string): string {
  if (ASCII.test(bytes)) return bytes;
  return decoder.decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}

/** ASCII letters only, as nginx's tolower. */
export function lowered(bytes: string): string {
  if (!UPPER.test(bytes)) return bytes;
  return ASCII.test(bytes) ? bytes.toLowerCase() : bytes.replace(/[A-Z]+/g, (upper) => upper.toLowerCase());
}
