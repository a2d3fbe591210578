import type { Connection } from './connection.ts';
import { isId } from './ids.ts';
import { hello, posted, type ServerEvent, statusChange } from './messages.ts';
import type { Settings } from './options.ts';
import { Outbox } from './outbox.ts';
import { type Channel, newPost, type Post, type User, type World } from './world.ts';

/** Who is connected, who gets which event, and who may come back. */
export class Hub {
  readonly world: World;
  readonly #settings: Settings;
  readonly #open = new Set<Connection>();
  /** Outboxes of lost connections, by connection id, with the timer that forgets them. */
  readonly #lost = new Map<string, { readonly outbox: Outbox; readonly reaper: NodeJS.Timeout }>();

  constructor(world: World, settings: Settings) {
    this.world = world;
    this.#settings = settings;
  }

  /** Every open connection, authenticated or not. */
  get connections(): readonly Connection[] {
    return [...this.#open];
  }

  opened(connection: Connection): void {
    this.#open.add(connection);
  }

  /** A connection that was ended by a full queue cannot be resumed, any other can for `resumeMs`. */
  ended(connection: Connection): void {
    this.#open.delete(connection);
    const { outbox, user } = connection;
    if (outbox === null || user === null) return;
    if (!outbox.full) {
      const reaper = setTimeout(() => this.#lost.delete(outbox.connectionId), this.#settings.resumeMs);
      // Nobody waits for a connection that nobody has come back to.
      reaper.unref();
      this.#lost.set(outbox.connectionId, { outbox, reaper });
    }
    if (!this.connections.some((other) => other.user === user)) this.world.setOnline(user, false);
  }

  /** A new session: `hello` goes first, whatever else is sent. */
  welcome(connection: Connection, user: User, token: string): void {
    connection.user = user;
    connection.token = token;
    const outbox = new Outbox(user.id);
    outbox.offer(hello(user, outbox.connectionId, this.#settings.dialect));
    connection.attach(outbox, []);
  }

  /** Tells the user that it is online, if it was not before. */
  online(user: User): void {
    if (this.world.setOnline(user, true)) this.broadcast(statusChange(user));
  }

  /**
   * A session that asks for its earlier connection. An id that is not known (any more) makes a new connection.
   *
   * @returns false for an id or a number that no client of Mattermost sends: the server then closes at once
   */
  resume(connection: Connection, user: User, token: string, connectionId: string, sequence: string | null): boolean {
    if (!isId(connectionId)) return false;
    const known = this.#lost.get(connectionId);
    if (known === undefined || known.outbox.userId !== user.id) {
      this.welcome(connection, user, token);
      return true;
    }
    clearTimeout(known.reaper);
    this.#lost.delete(connectionId);
    if (!/^\d+$/.test(sequence ?? '')) return false;
    connection.user = user;
    connection.token = token;
    const again = known.outbox.resume(Number(sequence));
    if (again === null) known.outbox.first(hello(user, known.outbox.connectionId, this.#settings.dialect));
    connection.attach(known.outbox, again ?? []);
    return true;
  }

  /** Whether the session still counts. A connection whose session was revoked stays open, deaf. */
  authenticated(connection: Connection): boolean {
    if (this.world.userOf(connection.token) === null) connection.token = null;
    return connection.token !== null;
  }

  /** To everyone the event is for, the lost ones included: they find it when they come back. */
  broadcast(event: ServerEvent): void {
    for (const connection of this.#open) {
      if (connection.user === null || !this.authenticated(connection)) continue;
      if (this.#concerns(event, connection.user.id)) connection.send(event);
    }
    for (const [id, { outbox, reaper }] of this.#lost) {
      if (!this.#concerns(event, outbox.userId) || outbox.offer(event) !== 'full') continue;
      clearTimeout(reaper);
      this.#lost.delete(id);
    }
  }

  /** @param mentions the users that the post names; in a direct channel the other one is always among them */
  post(channel: Channel, author: User, message: string, mentions: readonly User[]): Post {
    const post = newPost(author, channel, message, Date.now());
    const named = channel.type === 'D' ? channel.members.filter((member) => member !== author) : mentions;
    this.broadcast(posted(post, author, channel, named));
    return post;
  }

  /** Forgets the lost connections. */
  clear(): void {
    for (const { reaper } of this.#lost.values()) clearTimeout(reaper);
    this.#lost.clear();
  }

  #concerns(event: ServerEvent, userId: string): boolean {
    const { to } = event;
    if (to.userId !== '') return to.userId === userId;
    if (to.omitUsers?.[userId] === true) return false;
    const channel = to.channelId === '' ? null : this.world.channel(to.channelId);
    return channel === null || channel.members.some((member) => member.id === userId);
  }
}
