import { parse as parsePairs } from 'node:querystring';
import type { Request, RequestHandler, Response } from 'express';
import { ApiFailure } from '../api-failure.ts';
import { cookieName, cookieValues } from './cookies.ts';
import { SlowDown } from './slow-down.ts';
import { Token } from './token.ts';

/** RFC 6750 §3: what a script is to send. */
const CHALLENGE = 'Bearer realm="hangup"';
const WRONG_CHALLENGE = `${CHALLENGE}, error="invalid_token"`;

const NO_TOKEN = 'sign in first: open the link in hangup’s log, or send Authorization: Bearer TOKEN';
const WRONG_TOKEN =
  'this is not the token of this hangup; it has a new one at each start (unless HANGUP_TOKEN is set): see its log for the link';

export interface SignInOptions {
  readonly token: string;
  /** Is told of addresses that go on guessing. */
  readonly warn: (message: string) => void;
}

/**
 * Who may look.
 *
 *   GET /?token=T ─► right: 303 to the same without it, cookie     the link in the log
 *   POST /api/session {token} ─► right: 204, cookie                the page's form
 *   Authorization: Bearer T                                        scripts
 *   Cookie: hangup-PORT=…                                          the page from then on
 *
 * Every wrong one is counted (SlowDown), cookies too: a cookie can be computed from a guessed token.
 */
export class SignIn {
  readonly #token: Token;
  readonly #slowDown = new SlowDown();
  readonly #warn: (message: string) => void;

  constructor({ token, warn }: SignInOptions) {
    this.#token = new Token(token);
    this.#warn = warn;
  }

  /** Lets through who is signed in. */
  readonly guard: RequestHandler = async (request, response, next) => {
    const bearer = bearerOf(request);
    if (bearer !== null) {
      if (!this.#token.isToken(bearer)) await this.#refuse(request);
      next();
      return;
    }
    const name = cookieName(request);
    const cookies = cookieValues(request.headers.cookie, name);
    if (cookies.some((value) => this.#token.isCookie(value))) {
      next();
      return;
    }
    if (cookies.length === 0) throw new ApiFailure(401, NO_TOKEN, { 'WWW-Authenticate': CHALLENGE });
    // It is of no use any more: the browser is to forget it, and the page to ask for the token.
    response.clearCookie(name, cookieOptions(request));
    await this.#refuse(request);
  };

  /** Takes the token out of the address and gives the cookie for it. */
  readonly takeLink: RequestHandler = async (request, response, next) => {
    const [path = '', query = ''] = splitOnce(request.originalUrl, '?');
    const given = parsePairs(query).token;
    if (given === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
      next();
      return;
    }
    await this.#check(request, String(given));
    this.#giveCookie(request, response);
    response.setHeader('Cache-Control', 'no-store');
    response.redirect(303, withoutToken(path, query));
  };

  /** `POST /api/session` */
  readonly begin: RequestHandler = async (request, response) => {
    const body: unknown = request.body;
    const known = typeof body === 'object' && body !== null && 'token' in body ? body.token : undefined;
    if (typeof known !== 'string') throw new ApiFailure(400, 'send the token as JSON: {"token": "…"}');
    await this.#check(request, known.trim());
    this.#giveCookie(request, response);
    response.status(204).end();
  };

  /** `DELETE /api/session` */
  readonly end: RequestHandler = (request, response) => {
    response.clearCookie(cookieName(request), cookieOptions(request));
    response.status(204).end();
  };

  async #check(request: Request, token: string): Promise<void> {
    if (!this.#token.isToken(token)) await this.#refuse(request);
  }

  /** @throws ApiFailure 401 after a while, or 429 at once */
  async #refuse(request: Request): Promise<never> {
    const { remoteAddress } = request.socket;
    const penalty = this.#slowDown.wrong(remoteAddress);
    if (penalty.retryAfterS !== null) {
      this.#warn(`too many wrong tokens for the page from ${remoteAddress}`);
      throw new ApiFailure(429, `too many wrong tokens; try again in ${penalty.retryAfterS} s`, {
        'Retry-After': String(penalty.retryAfterS),
      });
    }
    await this.#slowDown.wait(penalty);
    throw new ApiFailure(401, WRONG_TOKEN, { 'WWW-Authenticate': WRONG_CHALLENGE });
  }

  #giveCookie(request: Request, response: Response): void {
    response.cookie(cookieName(request), this.#token.cookie, cookieOptions(request));
  }
}

/** The token of an Authorization header, or null when there is none of that scheme. */
export function bearerOf(request: Request): string | null {
  return /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

const cookieOptions = (request: Request) =>
  ({ httpOnly: true, sameSite: 'strict', path: '/', secure: request.secure }) as const;

/** A path of this host and nothing else: `//elsewhere/` would be another one's address. */
function withoutToken(path: string, query: string): string {
  const rest = query.split('&').filter((pair) => pair !== '' && !('token' in parsePairs(pair)));
  return `/${path.replace(/^[/\\]+/, '')}${rest.length === 0 ? '' : `?${rest.join('&')}`}`;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
