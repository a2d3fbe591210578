import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits: as many as SHA-256 below can tell apart. */
const TOKEN_BYTES = 32;

/** What the cookie's value is an HMAC of; another use of the same token must get another value. */
const SESSION = 'hangup inspector session';

/** A new token, fit for a URL. */
export const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/**
 * The secret that opens the page, and the cookie that it is exchanged for. The cookie is derived from the token, so that a
 * hangup that is given the same token again (HANGUP_TOKEN) knows its pages again; the token does not follow from it.
 */
export class Token {
  readonly #token: Buffer;
  readonly #session: Buffer;
  /** The value of the cookie. */
  readonly cookie: string;

  constructor(token: string) {
    this.cookie = createHmac('sha256', token).update(SESSION).digest('base64url');
    this.#token = digest(token);
    this.#session = digest(this.cookie);
  }

  isToken(candidate: string): boolean {
    return timingSafeEqual(digest(candidate), this.#token);
  }

  isCookie(candidate: string): boolean {
    return timingSafeEqual(digest(candidate), this.#session);
  }
}

/** Equal lengths, whatever was sent: timingSafeEqual compares nothing else, and a length would be told by the time it takes. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
