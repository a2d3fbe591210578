/**
 * Mattermost names each connection in its `hello`, and a client that comes back says in its URL which one it had and
 * why it left it (FIELD-NOTES §1, "Clients"): the only way to hear of a ping that the client gave up on.
 */

/** 26 characters of Mattermost's own base 32. */
const ID = '[a-z0-9]{26}';
const IN_HELLO = new RegExp(`"connection_id":\\s*"(${ID})"`);
const IN_URL = new RegExp(`^${ID}$`);

/** @param prefix the first bytes of a `hello`; Go sorts keys, so the id stands within the first 70 */
export function helloConnectionId(prefix: Uint8Array): string | null {
  return IN_HELLO.exec(Buffer.from(prefix.buffer, prefix.byteOffset, prefix.length).toString('latin1'))?.[1] ?? null;
}

/** What a client that comes back says of its previous connection. */
export interface Comeback {
  readonly connectionId: string;
  /** `4000`: its ping timed out; `4001`: it missed events; or the close code that it saw. */
  readonly code: string;
}

/** @param url the request target of an upgrade @returns null if it does not say both */
export function comebackOf(url: string): Comeback | null {
  const parameters = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  const connectionId = parameters.get('connection_id') ?? '';
  const code = parameters.get('disconnect_err_code') ?? '';
  return url.includes('?') && IN_URL.test(connectionId) && /^\d{1,5}$/.test(code) ? { connectionId, code } : null;
}
