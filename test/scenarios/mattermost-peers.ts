import type { ClientOptions, FaultClient } from '../kit/fault-peers.ts';
import type { Path } from './path.ts';

export const SOCKET = '/api/v4/websocket';
/** Of the stand-in's `DEFAULT_TOKENS`. */
export const TOKEN = 'standintokenofalice0000000';

export const withToken = (token = TOKEN): Pick<ClientOptions, 'headers'> => ({
  headers: [['Authorization', `Bearer ${token}`]],
});

/** A client of Mattermost that said its token in a header and was greeted. */
export async function greeted(path: Path, options: Partial<ClientOptions> = {}): Promise<FaultClient> {
  const client = await path.client({ path: SOCKET, ...withToken(), ...options });
  await client.gotFrame((frame) => frame.payload.includes('hello'));
  return client;
}

/** The connection id that Mattermost's `hello` told this client. */
export function connectionIdOf(client: FaultClient): string {
  const hello = client.frames.map((frame) => frame.payload.toString()).find((text) => text.includes('"hello"')) ?? '';
  const id = /"connection_id":\s*"(\w+)"/.exec(hello)?.[1];
  if (id === undefined) throw new Error(`no connection id in ${hello}`);
  return id;
}
