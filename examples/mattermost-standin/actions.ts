import type { Connection } from './connection.ts';
import type { Hub } from './hub.ts';
import { type AppError, type Reply, replyFail, replyOk, typing, VERSION } from './messages.ts';
import type { Dialect } from './options.ts';

/** What a client asks for in a text frame: `{"action":…,"seq":…,"data":…}` in any key order. */
export interface ClientRequest {
  readonly action: string;
  readonly seq: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** @returns null when the frame cannot be decoded, upon which the server closes without a word */
export function readRequest(text: string): ClientRequest | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  // A missing or null member is its zero value, as Go's decoder has it.
  const { action, seq, data } = isRecord(value) ? value : { action: null, seq: null, data: null };
  if (value !== null && !isRecord(value)) return null;
  if ((action ?? '') !== '' && typeof action !== 'string') return null;
  if (!Number.isSafeInteger(seq ?? 0)) return null;
  if (!isRecord(data ?? {})) return null;
  return {
    action: typeof action === 'string' ? action : '',
    seq: typeof seq === 'number' ? seq : 0,
    data: isRecord(data) ? data : {},
  };
}

/** Does what was asked. A connection that never authenticated gets no reply at all: the hub does not know it. */
export function act(hub: Hub, dialect: Dialect, connection: Connection, request: ClientRequest): void {
  const reply = replyTo(hub, dialect, connection, request);
  if (reply !== null) connection.send(reply);
  // After the reply: it is a challenge that brings a user online, and its answer comes first in the captures.
  if (connection.user !== null && hub.authenticated(connection)) hub.online(connection.user);
}

function replyTo(hub: Hub, dialect: Dialect, connection: Connection, request: ClientRequest): Reply | null {
  const { action, seq } = request;
  if (action === '') return replyFail(seq, NO_ACTION);
  if (seq <= 0) return replyFail(seq, BAD_SEQ);
  if (action === 'authentication_challenge') return authenticate(hub, connection, request);
  if (!hub.authenticated(connection)) return replyFail(seq, NOT_AUTHENTICATED);
  switch (action) {
    case 'ping':
      return replyOk(seq, { node_id: '', server_time: Date.now(), text: 'pong', version: VERSION[dialect] });
    case 'get_statuses':
      return replyOk(seq, hub.world.statuses());
    case 'get_statuses_by_ids':
      return statusesByIds(hub, request);
    case 'user_typing':
      return userTyping(hub, connection, request);
    case 'user_update_active_status':
    case 'presence':
    case 'posted_notify_ack':
      return replyOk(seq);
    default:
      return replyFail(seq, BAD_ACTION);
  }
}

/** Silent for a session that is authenticated already; a token that is not known ends the connection without a word. */
function authenticate(hub: Hub, connection: Connection, { seq, data }: ClientRequest): Reply | null {
  if (hub.authenticated(connection)) return null;
  const token = typeof data.token === 'string' ? data.token : null;
  const user = hub.world.userOf(token);
  if (token === null || user === null) {
    connection.fin('bad-token');
    return null;
  }
  if (connection.outbox === null) hub.welcome(connection, user, token);
  else connection.token = token;
  return replyOk(seq);
}

function userTyping(hub: Hub, connection: Connection, { seq, data }: ClientRequest): Reply {
  const channel = typeof data.channel_id === 'string' ? hub.world.channel(data.channel_id) : null;
  const { user } = connection;
  if (channel === null || user === null) return replyFail(seq, invalidParameter('channel_id'));
  hub.broadcast(typing(user, channel.id, typeof data.parent_id === 'string' ? data.parent_id : ''));
  return replyOk(seq);
}

function statusesByIds(hub: Hub, { seq, data }: ClientRequest): Reply {
  const ids: unknown = data.user_ids;
  if (!Array.isArray(ids)) return replyFail(seq, invalidParameter('user_ids'));
  const statuses = hub.world.statuses();
  const known = ids.filter((id) => typeof id === 'string').map((id) => [id, statuses[id] ?? 'offline'] as const);
  return replyOk(seq, Object.fromEntries(known));
}

const NO_ACTION: AppError = {
  id: 'api.web_socket_router.no_action.app_error',
  message: 'No websocket action.',
  status_code: 400,
};
const BAD_SEQ: AppError = {
  id: 'api.web_socket_router.bad_seq.app_error',
  message: 'Invalid sequence for WebSocket message.',
  status_code: 400,
};
const BAD_ACTION: AppError = {
  id: 'api.web_socket_router.bad_action.app_error',
  message: 'Unknown WebSocket action.',
  status_code: 500,
};
const NOT_AUTHENTICATED: AppError = {
  id: 'api.web_socket_router.not_authenticated.app_error',
  message: 'WebSocket connection is not authenticated. Please log in and try again.',
  status_code: 401,
};
const invalidParameter = (name: string): AppError => ({
  id: 'api.websocket_handler.invalid_param.app_error',
  message: `Invalid ${name} parameter.`,
  status_code: 400,
});

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
