/**
 * Who is at the other end of a connection: Mattermost says the user's id in the broadcast of its `hello`, and the names of users in
 * the `posted` events that anybody receives. Both are read by pattern from bytes that only pass by; nothing else of them is kept.
 */

/** 26 characters of Mattermost's own base 32. */
const ID = '[a-z0-9]{26}';

/** In a hello the one `user_id` is the broadcast's: `data` holds connection_id, server_hostname and server_version only. */
const IN_HELLO = new RegExp(`"user_id":\\s*"(${ID})"`);

/** How many first bytes of a `hello` hold its broadcast; captured ones have 260 bytes, a host name may add 255. */
export const HELLO_BYTES = 1024;

/**
 * A post stands in a `posted` event as JSON within a string: its own quotes are `\"`, those of its message `\\\"`, so that neither
 * pattern can match what somebody wrote. `user_id` precedes message and props (the order of Mattermost's model.Post).
 */
const AUTHOR = new RegExp(`\\\\"user_id\\\\":\\s*\\\\"(${ID})\\\\"`);
/** User names of Mattermost: 1 to 64 of these, shown with an @. */
const SENDER = /"sender_name":\s*"@([a-z0-9._-]{1,64})"/;
/** The name of such a post is not its author's: webhooks may choose one, and the system speaks as nobody. */
const BORROWED_NAME = /\\"(?:override_username|from_webhook)\\"|\\"type\\":\s*\\"system_/;

/** The largest `posted` event that is looked at for names, in bytes: Mattermost's posts have up to 16,383 characters. */
export const POSTED_BYTES = 32 * 1024;

export interface NamedUser {
  readonly id: string;
  /** Without the @. */
  readonly name: string;
}

/** @param prefix the first {@link HELLO_BYTES} of a `hello` @returns the user's id; null when it says none */
export function helloUserId(prefix: Uint8Array): string | null {
  return IN_HELLO.exec(latin1(prefix))?.[1] ?? null;
}

/** @param payload a whole `posted` event @returns its author; null when it does not say, or borrows another name */
export function postedBy(payload: Uint8Array): NamedUser | null {
  const text = latin1(payload);
  const name = SENDER.exec(text)?.[1];
  const id = AUTHOR.exec(text)?.[1];
  return name === undefined || id === undefined || BORROWED_NAME.test(text) ? null : { id, name };
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

/** What the gateway is given to tell users by. */
export const USER_NAMING = {
  helloBytes: HELLO_BYTES,
  userOfHello: helloUserId,
  postedBytes: POSTED_BYTES,
  postedBy,
};
