import type { Dialect } from './options.ts';
import type { Channel, Post, User } from './world.ts';

/** What the server says: events and replies, and how each is written in the two dialects (see options.ts). */

export interface ServerEvent {
  readonly kind: 'event';
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly to: Audience;
}

/** The `broadcast` object: who gets the event. All fields empty: everybody. */
export interface Audience {
  readonly userId: string;
  readonly channelId: string;
  readonly omitUsers: Readonly<Record<string, true>> | null;
}

export interface Reply {
  readonly kind: 'reply';
  readonly status: 'OK' | 'FAIL';
  readonly seqReply: number;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly error: AppError | null;
}

/** Mattermost's error object, in frames and in REST answers alike. */
export interface AppError {
  readonly id: string;
  readonly message: string;
  readonly status_code: number;
}

export type Message = ServerEvent | Reply;

export const VERSION: Readonly<Record<Dialect, string>> = { '5.37': '5.37.0', '11': '11.0.0' };

/** `version.build.configHash.licensed`; that of 5.37 is the one in the captures. */
export const SERVER_VERSION: Readonly<Record<Dialect, string>> = {
  '5.37': `${VERSION['5.37']}..0ef89c0c848bf0e301d4bc0587749828.false`,
  '11': `${VERSION['11']}.standin.0ef89c0c848bf0e301d4bc0587749828.false`,
};

const toUser = (user: User): Audience => ({ userId: user.id, channelId: '', omitUsers: null });

export function hello(user: User, connectionId: string, dialect: Dialect): ServerEvent {
  const data =
    dialect === '5.37'
      ? { connection_id: connectionId, server_version: SERVER_VERSION[dialect] }
      : { connection_id: connectionId, server_hostname: 'standin', server_version: SERVER_VERSION[dialect] };
  return { kind: 'event', event: 'hello', data, to: toUser(user) };
}

export function statusChange(user: User): ServerEvent {
  return { kind: 'event', event: 'status_change', data: { status: 'online', user_id: user.id }, to: toUser(user) };
}

export function typing(user: User, channelId: string, parentId: string): ServerEvent {
  const to = { userId: '', channelId, omitUsers: { [user.id]: true } } as const;
  return { kind: 'event', event: 'typing', data: { parent_id: parentId, user_id: user.id }, to };
}

/** Members stand in the order of their names, as Go writes a map. */
export function posted(post: Post, author: User, channel: Channel, mentions: readonly User[]): ServerEvent {
  const data = {
    channel_display_name: channel.type === 'D' ? `@${author.username}` : channel.displayName,
    channel_name: channel.name,
    channel_type: channel.type,
    ...(mentions.length > 0 && { mentions: JSON.stringify(mentions.map((user) => user.id)) }),
    post: goJson(post),
    sender_name: `@${author.username}`,
    set_online: true,
    team_id: channel.teamId,
  };
  return { kind: 'event', event: 'posted', data, to: { userId: '', channelId: channel.id, omitUsers: null } };
}

export function replyOk(seqReply: number, data: Readonly<Record<string, unknown>> | null = null): Reply {
  return { kind: 'reply', status: 'OK', seqReply, data, error: null };
}

export function replyFail(seqReply: number, error: AppError): Reply {
  return { kind: 'reply', status: 'FAIL', seqReply, data: null, error };
}

/** The text frame of an event as the `seq`-th of its connection. */
export function writeEvent(event: ServerEvent, seq: number, dialect: Dialect): string {
  const { userId, channelId, omitUsers } = event.to;
  const broadcast = { omit_users: omitUsers, user_id: userId, channel_id: channelId, team_id: '' };
  if (dialect === '5.37') return `${goJson({ event: event.event, data: event.data, broadcast, seq })}\n`;
  const wider = { ...broadcast, connection_id: '', omit_connection_id: '' };
  if (event.event === 'hello') return `${goJson({ event: event.event, data: event.data, broadcast: wider, seq })}\n`;
  return `{"event": ${goJson(event.event)}, "data": ${goJson(event.data)}, "broadcast": ${goJson(wider)}, "seq": ${seq}}`;
}

/** The text frame of a reply. `seq_reply` is left out when it is 0, as Go's omitempty has it. */
export function writeReply(reply: Reply): string {
  const text = goJson({
    status: reply.status,
    ...(reply.seqReply !== 0 && { seq_reply: reply.seqReply }),
    ...(reply.data !== null && { data: reply.data }),
    ...(reply.error !== null && { error: errorBody(reply.error, null) }),
  });
  return `${text}\n`;
}

/** @param requestId null in a frame, where it is left out */
export function errorBody(error: AppError, requestId: string | null): object {
  return {
    id: error.id,
    message: error.message,
    detailed_error: '',
    ...(requestId !== null && { request_id: requestId }),
    status_code: error.status_code,
  };
}

/** JSON as Go's encoder writes it: the same, but for five characters that could hurt inside HTML or JavaScript. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
