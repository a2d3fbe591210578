import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { act, readRequest } from './actions.ts';
import { LABEL, refuse } from './answers.ts';
import { Connection, type End } from './connection.ts';
import { gorillaServer } from './gorilla-socket.ts';
import { Hub } from './hub.ts';
import { type Settings, type StandinOptions, settings } from './options.ts';
import { Rest } from './rest.ts';
import { isSocketRoute, pathOf, queryOf, tokenOf, upgradeRefusal } from './upgrade.ts';
import { type ChannelType, type Post, type User, World } from './world.ts';

export type { End } from './connection.ts';
export { DEFAULT_TOKENS, type Dialect, type StandinOptions } from './options.ts';
export type { Channel, ChannelType, Post, User } from './world.ts';

/** A connection as tests see it. */
export type StandinConnection = Pick<Connection, 'connectionId' | 'user' | 'peer' | 'waiting' | 'fin' | 'reset'>;

export interface StandinEvents {
  /** After the 101, before authentication. */
  opened: [connection: StandinConnection];
  /** A text frame that could be decoded, before it is answered. */
  action: [connection: StandinConnection, action: string];
  /** The connection is gone; `why` names who acted first, and how. */
  ended: [connection: StandinConnection, why: End];
}

export interface PostOptions {
  /** User name of the author; default the first user that is a member of the channel. */
  readonly from?: string;
  /** For a direct channel: user name of the other one. */
  readonly to?: string;
  /** User names that the post mentions. */
  readonly mentions?: readonly string[];
}

/**
 * A small honest server that speaks as a captured Mattermost does, for tests and the demo. It is a stand-in, and says
 * so: in a header on each of its answers and in its first log line.
 */
export interface Standin {
  /** `http://address:port` */
  readonly url: string;
  /** `ws://address:port/api/v4/websocket` */
  readonly socketUrl: string;
  readonly port: number;
  readonly world: World;
  /** The open ones, in the order in which they came. */
  readonly connections: readonly StandinConnection[];
  readonly events: EventEmitter<StandinEvents>;
  /**
   * Writes a post: its `posted` event goes to every member of the channel who is connected.
   *
   * @throws RangeError for a user or a channel that does not exist
   */
  post(type: ChannelType, message: string, options?: PostOptions): Post;
  /** Ends a session as an administrator would: its sockets stay open and deaf. */
  revoke(token: string): void;
  /** FIN without a Close frame to all, as a crash; it goes on listening. */
  finAll(): void;
  /** RST to all; it goes on listening. */
  resetAll(): void;
  /** As a real server at SIGTERM: FIN without a Close frame to all, then it stops listening. */
  shutdown(): Promise<void>;
}

/** @throws the listener's error (EADDRINUSE …), RangeError for a time that is not positive */
export async function startStandin(options: StandinOptions = {}): Promise<Standin> {
  const server = new StandinServer(settings(options));
  await server.listen();
  return server;
}

class StandinServer implements Standin {
  readonly events = new EventEmitter<StandinEvents>();
  readonly world: World;
  readonly #settings: Settings;
  readonly #hub: Hub;
  readonly #rest: Rest;
  readonly #http: Server;
  readonly #upgrader = gorillaServer();
  #port = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.world = new World(settings.tokens, settings.members);
    this.#hub = new Hub(this.world, settings);
    this.#rest = new Rest(this.#hub, settings.dialect);
    this.#upgrader.on('headers', (headers) => headers.push(LABEL.join(': ')));
    this.#http = createServer({
      // All that may not be upgraded is answered as the plain request it then is.
      shouldUpgradeCallback: (request) => upgradeRefusal(request, settings.siteUrl) === null,
    });
    this.#http.on('request', (request, response) => void this.#answer(request, response));
    this.#http.on('upgrade', (request, _stream, head) => this.#upgrade(request, head));
  }

  async listen(): Promise<void> {
    this.#http.listen(this.#settings.port, this.#settings.host);
    await once(this.#http, 'listening');
    const address = this.#http.address();
    if (address === null || typeof address === 'string') throw new TypeError('not listening on TCP');
    this.#port = address.port;
    this.#settings.log(`Mattermost STAND-IN (not Mattermost: a test server of hangup) listening on ${this.url}`);
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    const { host } = this.#settings;
    return `http://${host.includes(':') ? `[${host}]` : host}:${this.#port}`;
  }

  get socketUrl(): string {
    return `${this.url.replace('http', 'ws')}/api/v4/websocket`;
  }

  get connections(): readonly StandinConnection[] {
    return this.#hub.connections;
  }

  post(type: ChannelType, message: string, options: PostOptions = {}): Post {
    const from = this.#user(options.from);
    const channel = this.world.channelOf(type, from, this.#user(options.to));
    const author = from ?? channel?.members[0];
    if (channel === null || author === undefined) throw new RangeError(`no channel of type ${type} for these users`);
    const mentions = (options.mentions ?? []).map((name) => this.#user(name)).filter((user) => user !== null);
    return this.#hub.post(channel, author, message, mentions);
  }

  revoke(token: string): void {
    this.world.revoke(token);
  }

  finAll(): void {
    for (const connection of this.#hub.connections) connection.fin('fin');
  }

  resetAll(): void {
    for (const connection of this.#hub.connections) connection.reset();
  }

  async shutdown(): Promise<void> {
    this.#settings.log('stopping websocket hub connections');
    for (const connection of this.#hub.connections) connection.fin('shutdown');
    this.#hub.clear();
    const closed = once(this.#http, 'close');
    this.#http.close();
    this.#http.closeAllConnections();
    await closed;
  }

  #user(username: string | undefined): User | null {
    if (username === undefined) return null;
    const user = this.world.user(username);
    if (user === null) throw new RangeError(`no user is called ${username}`);
    return user;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader(...LABEL);
    try {
      const triesToUpgrade = isSocketRoute(request) || pathOf(request).startsWith('/api/v4/websocket');
      const refusal = triesToUpgrade ? upgradeRefusal(request, this.#settings.siteUrl) : null;
      if (refusal !== null) refuse(response, refusal, this.#settings.dialect);
      else await this.#rest.answer(request, response);
    } catch (error) {
      // The client left in the middle of a body: nobody is there to be answered.
      response.destroy();
      this.#settings.log(`a request ended early: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #upgrade(request: IncomingMessage, head: Buffer): void {
    const { socket } = request;
    this.#upgrader.handleUpgrade(request, socket, head, (ws) => this.#opened(ws, socket, request));
  }

  #opened(ws: WebSocket, socket: Socket, request: IncomingMessage): void {
    const connection = new Connection(ws, socket, this.#settings, {
      text: (from, text) => this.#text(from, text),
      ended: (which, why) => {
        this.#hub.ended(which);
        this.events.emit('ended', which, why);
      },
    });
    this.#hub.opened(connection);
    this.events.emit('opened', connection);
    const token = tokenOf(request)?.token ?? null;
    const user = this.world.userOf(token);
    if (token === null || user === null) return;
    // Only a session that is known at the upgrade can resume; a challenge always makes a new connection.
    const query = queryOf(request);
    const connectionId = query.get('connection_id') ?? '';
    if (connectionId === '') this.#hub.welcome(connection, user, token);
    else if (!this.#hub.resume(connection, user, token, connectionId, query.get('sequence_number'))) {
      connection.fin('resume-rejected');
      return;
    }
    this.#hub.online(user);
  }

  #text(connection: Connection, text: string): void {
    const request = readRequest(text);
    if (request === null) {
      connection.fin('bad-json');
      return;
    }
    this.events.emit('action', connection, request.action);
    act(this.#hub, this.#settings.dialect, connection, request);
  }
}
