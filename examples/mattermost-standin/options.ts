/** What a caller can set. Every default is Mattermost's own (FIELD-NOTES §1; web_conn.go, the same from 5.37 to 11). */

/**
 * How the server writes its JSON.
 *
 * - `5.37`: as the captures have it: no blanks, a line feed at the end of every frame.
 * - `11`: events that go to several connections have a blank after each top-level colon and comma and no line feed;
 *   `hello` and replies are as before, and `hello` carries `server_hostname`.
 */
export type Dialect = '5.37' | '11';

export interface StandinOptions {
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** Port to listen on; 0 (the default) takes a free one. */
  readonly port?: number;
  /** Token to user name. Default {@link DEFAULT_TOKENS}. A token is 26 of `[a-z0-9]` on a real server; here any text. */
  readonly tokens?: Readonly<Record<string, string>>;
  /** User names that are in the public, private or group channel. Default: every user is in every channel. */
  readonly members?: Readonly<Partial<Record<'O' | 'P' | 'G', readonly string[]>>>;
  /** SiteURL that an Origin header is compared with (scheme and host, 7.8.7 and later). Default null: every Origin passes. */
  readonly siteUrl?: string | null;
  readonly dialect?: Dialect;
  /** Milliseconds between two protocol pings of the server; the first comes one interval after the upgrade. Default 60,000. */
  readonly pingMs?: number;
  /** Milliseconds until a connection without a Pong frame is ended; only a Pong frame extends it. Default 100,000. */
  readonly pongMs?: number;
  /** Milliseconds that one write may stay blocked before the connection is ended. Default 30,000. */
  readonly writeMs?: number;
  /** Milliseconds after the upgrade at which a connection must be authenticated. Default 5,000. */
  readonly authMs?: number;
  /** Milliseconds that a lost connection stays resumable. Default 300,000. */
  readonly resumeMs?: number;
  /** Receives one line at the start, which says that this is a stand-in. Default: nothing is written. */
  readonly log?: (line: string) => void;
}

export type Settings = Required<StandinOptions>;

/** Two users who know each other and a bot; the first two have the names of the captures. */
export const DEFAULT_TOKENS: Readonly<Record<string, string>> = {
  standintokenofalice0000000: 'alice',
  standintokenofbob000000000: 'bob',
  standintokenofbot000000000: 'bot',
};

/** Largest message of a client, in bytes; a larger one is answered with Close 1009. */
export const MESSAGE_LIMIT_BYTES = 8192;

/** Messages that may wait for a connection; one more and it is ended with an empty Close frame. */
export const SEND_QUEUE = 256;

/** From this many waiting messages on, typing and status events are dropped without a word. */
export const SLOW_QUEUE = 128;

/** Events that are kept for a client that comes back with `connection_id` and `sequence_number`. */
export const DEAD_QUEUE = 128;

/** @throws RangeError for a time that is not a positive number of milliseconds */
export function settings(options: StandinOptions): Settings {
  const all: Settings = {
    host: '127.0.0.1',
    port: 0,
    tokens: DEFAULT_TOKENS,
    members: {},
    siteUrl: null,
    dialect: '5.37',
    pingMs: 60_000,
    pongMs: 100_000,
    writeMs: 30_000,
    authMs: 5_000,
    resumeMs: 300_000,
    log: () => {},
    ...options,
  };
  for (const name of ['pingMs', 'pongMs', 'writeMs', 'authMs', 'resumeMs'] as const) {
    if (!(all[name] > 0)) throw new RangeError(`${name} must be a positive number of milliseconds, not ${all[name]}`);
  }
  return all;
}
