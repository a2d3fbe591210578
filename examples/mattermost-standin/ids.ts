import { createHash, randomBytes } from 'node:crypto';

/** Mattermost's ids: 16 bytes in z-base-32, which makes 26 characters of `[a-z0-9]`. */
const ALPHABET = 'ybndrfg8ejkmcpqxot1uwisza345h769';

export function newId(): string {
  return encode(randomBytes(16));
}

/** An id that is the same in every run: users and channels of the stand-in are recognisable across restarts. */
export function idOf(name: string): string {
  return encode(createHash('sha256').update(name).digest().subarray(0, 16));
}

/** What a real server takes for a connection id; anything else in the URL ends the connection after the 101. */
export function isId(text: string): boolean {
  return /^[\p{L}\p{N}]{26}$/u.test(text);
}

function encode(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return text + ALPHABET[(held << (5 - bits)) & 31];
}
