import { idOf, newId } from './ids.ts';

/** Who exists, who is where, which tokens count. No sockets here. */

/** O public, P private, D direct, G group. */
export type ChannelType = 'O' | 'P' | 'D' | 'G';

export interface User {
  readonly id: string;
  readonly username: string;
}

export interface Channel {
  readonly id: string;
  readonly type: ChannelType;
  readonly name: string;
  readonly displayName: string;
  readonly teamId: string;
  readonly members: readonly User[];
}

export interface Post {
  readonly id: string;
  readonly create_at: number;
  readonly update_at: number;
  readonly edit_at: number;
  readonly delete_at: number;
  readonly is_pinned: boolean;
  readonly user_id: string;
  readonly channel_id: string;
  readonly root_id: string;
  readonly parent_id: string;
  readonly original_id: string;
  readonly message: string;
  readonly type: string;
  readonly props: Readonly<Record<string, never>>;
  readonly hashtags: string;
  readonly pending_post_id: string;
  readonly reply_count: number;
  readonly last_reply_at: number;
  readonly participants: null;
  readonly metadata: Readonly<Record<string, never>>;
}

export class World {
  readonly users: readonly User[];
  readonly teamId = idOf('team standin');
  readonly #userByToken = new Map<string, User>();
  readonly #channels = new Map<string, Channel>();
  readonly #online = new Set<string>();

  constructor(
    tokens: Readonly<Record<string, string>>,
    members: Readonly<Partial<Record<'O' | 'P' | 'G', readonly string[]>>>,
  ) {
    const byName = new Map<string, User>();
    for (const [token, username] of Object.entries(tokens)) {
      const user = byName.get(username) ?? { id: idOf(`user ${username}`), username };
      byName.set(username, user);
      this.#userByToken.set(token, user);
    }
    this.users = [...byName.values()];
    const among = (names: readonly string[] | undefined): readonly User[] =>
      names === undefined ? this.users : this.users.filter((user) => names.includes(user.username));
    this.#add('O', 'general', 'general', among(members.O));
    this.#add('P', 'secret', 'secret', among(members.P));
    const group = among(members.G);
    this.#add('G', idOf('group'), group.map((user) => user.username).join(', '), group);
    for (const [i, one] of this.users.entries()) for (const two of this.users.slice(i + 1)) this.#addDirect(one, two);
  }

  get channels(): readonly Channel[] {
    return [...this.#channels.values()];
  }

  channel(id: string): Channel | null {
    return this.#channels.get(id) ?? null;
  }

  userOf(token: string | null): User | null {
    return token === null ? null : (this.#userByToken.get(token) ?? null);
  }

  user(username: string): User | null {
    return this.users.find((user) => user.username === username) ?? null;
  }

  /** Forgets a session. Connections that use it stay open and go deaf, as on many versions (FIELD-NOTES §1, "Frames"). */
  revoke(token: string): void {
    this.#userByToken.delete(token);
  }

  /** @returns whether that changed anything */
  setOnline(user: User, online: boolean): boolean {
    if (this.#online.has(user.id) === online) return false;
    if (online) this.#online.add(user.id);
    else this.#online.delete(user.id);
    return true;
  }

  statuses(): Record<string, 'online'> {
    return Object.fromEntries([...this.#online].sort().map((id) => [id, 'online' as const]));
  }

  /** The channel of a type; for D the one between two users, by default the first two. */
  channelOf(type: ChannelType, from: User | null, to: User | null): Channel | null {
    const wanted = (channel: Channel): boolean =>
      channel.type === type &&
      (type !== 'D' || [from, to].every((user) => user === null || channel.members.includes(user)));
    return this.channels.find(wanted) ?? null;
  }

  #add(type: ChannelType, name: string, displayName: string, members: readonly User[]): void {
    const teamId = type === 'O' || type === 'P' ? this.teamId : '';
    const channel: Channel = { id: idOf(`channel ${name}`), type, name, displayName, teamId, members };
    this.#channels.set(channel.id, channel);
  }

  #addDirect(one: User, two: User): void {
    const name = [one.id, two.id].sort().join('__');
    this.#add('D', name, '', [one, two]);
  }
}

export function newPost(author: User, channel: Channel, message: string, now: number): Post {
  return {
    id: newId(),
    create_at: now,
    update_at: now,
    edit_at: 0,
    delete_at: 0,
    is_pinned: false,
    user_id: author.id,
    channel_id: channel.id,
    root_id: '',
    parent_id: '',
    original_id: '',
    message,
    type: '',
    props: {},
    hashtags: '',
    pending_post_id: '',
    reply_count: 0,
    last_reply_at: 0,
    participants: null,
    metadata: {},
  };
}
