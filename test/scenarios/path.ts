/**
 * The path of one scenario, all of it real:
 *
 *   inner   client → proxy → tap → server        the tap says behind=…
 *   edge    client → tap → proxy → server        the tap says before=…
 *   bare    client → tap → server
 */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Standin, type StandinOptions, startStandin } from '../../examples/mattermost-standin/standin.ts';
import {
  type ClientOptions,
  connectClient,
  type FaultClient,
  type FaultConnection,
  type FaultServer,
  openClient,
  type ServerOptions,
  startServer,
} from '../kit/fault-peers.ts';
import { Program } from '../kit/program.ts';
import {
  Caddy,
  type CaddySettings,
  freePort,
  Haproxy,
  type HaproxySettings,
  Nginx,
  type NginxSettings,
  startCaddy,
  startHaproxy,
  startNginx,
} from '../kit/proxies.ts';

export interface PathSpec {
  readonly nginx?: NginxSettings;
  readonly haproxy?: HaproxySettings;
  readonly caddy?: CaddySettings;
  /** The tap stands before the proxy; default behind it. */
  readonly edge?: boolean;
  /** Do not tell the tap which proxy it is. */
  readonly undeclared?: boolean;
  /** More of the tap: `idle=2s`. */
  readonly tap?: string;
  /**
   * What is at the end: a polite fault server (default, or with these options), the Mattermost stand-in, a fault server in
   * a process of its own, or nothing at all.
   */
  readonly server?:
    | ServerOptions
    | { readonly standin: StandinOptions }
    | 'process'
    | 'process, not reading'
    | 'nobody';
}

/** A WebSocket of a scenario: both of its ends. */
export interface Pair {
  readonly client: FaultClient;
  readonly server: FaultConnection;
}

const CLIENTS = fileURLToPath(new URL('./fixtures/clients.ts', import.meta.url));
const SERVER = fileURLToPath(new URL('./fixtures/server.ts', import.meta.url));

export class Path {
  readonly tapName: string;
  readonly #spec: PathSpec;
  readonly #toClose: (() => unknown)[] = [];
  #tapPort = 0;
  #serverPort = 0;
  #server: FaultServer | null = null;
  #standin: Standin | null = null;
  #serverProgram: Program | null = null;
  #proxy: Nginx | Haproxy | Caddy | null = null;
  #paths = 0;

  constructor(tapName: string, spec: PathSpec) {
    this.tapName = tapName;
    this.#spec = spec;
  }

  get #proxyName(): 'nginx' | 'haproxy' | 'caddy' | null {
    return this.#spec.nginx ? 'nginx' : this.#spec.haproxy ? 'haproxy' : this.#spec.caddy ? 'caddy' : null;
  }

  /**
   * Starts what the tap connects to: the server, and at the edge the proxy. Every port is taken by who listens on it, none is
   * chosen beforehand: two test processes would choose the same ones.
   */
  async startBehindTap(): Promise<void> {
    this.#serverPort = await this.#startServer();
    if (this.#spec.edge) await this.#startProxy(this.#serverPort);
  }

  /** The value of `--tap`. */
  get tap(): string {
    const { edge, undeclared, tap } = this.#spec;
    const target = edge ? this.#proxy?.port : this.#serverPort;
    const named = undeclared || this.#proxyName === null ? [] : [`${edge ? 'before' : 'behind'}=${this.#proxyName}`];
    const keys = ['listen=127.0.0.1:0', `target=http://127.0.0.1:${target}`, ...named];
    return [this.tapName, ...keys, ...(tap ? [tap] : [])].join(',');
  }

  /** Starts what connects to the tap, which listens on this port: the proxy, unless at the edge. */
  async startBeforeTap(tapPort: number): Promise<void> {
    this.#tapPort = tapPort;
    if (!this.#spec.edge) await this.#startProxy(tapPort);
  }

  /** Where clients connect. */
  get port(): number {
    return this.#spec.edge ? this.#tapPort : (this.#proxy?.port ?? this.#tapPort);
  }

  get server(): FaultServer {
    if (this.#server === null) throw new Error(`${this.tapName} has no fault server`);
    return this.#server;
  }

  get standin(): Standin {
    if (this.#standin === null) throw new Error(`${this.tapName} has no stand-in`);
    return this.#standin;
  }

  get serverProgram(): Program {
    if (this.#serverProgram === null) throw new Error(`${this.tapName} has no server in a process`);
    return this.#serverProgram;
  }

  get nginx(): Nginx {
    if (this.#proxy instanceof Nginx) return this.#proxy;
    throw new Error(`${this.tapName} has no nginx`);
  }

  get haproxy(): Haproxy {
    if (this.#proxy instanceof Haproxy) return this.#proxy;
    throw new Error(`${this.tapName} has no haproxy`);
  }

  get caddy(): Caddy {
    if (this.#proxy instanceof Caddy) return this.#proxy;
    throw new Error(`${this.tapName} has no caddy`);
  }

  /** A client whose WebSocket is open. Polite unless told otherwise. */
  async client(options: Partial<ClientOptions> = {}): Promise<FaultClient> {
    const client = await openClient({ port: this.port, polite: true, ...options });
    return this.kept(client);
  }

  /** A WebSocket with both of its ends. */
  async open(options: Partial<ClientOptions> = {}): Promise<Pair> {
    const path = `/pair/${++this.#paths}`;
    const client = await this.client({ path, ...options });
    const request = `GET ${options.path ?? path} `;
    const server = this.server.connections.find(({ head }) => head?.startLine.startsWith(request));
    if (server === undefined) throw new Error(`${this.tapName}: the server has no ${path}`);
    return { client, server };
  }

  async openMany(count: number, options: (nth: number) => Partial<ClientOptions> = () => ({})): Promise<Pair[]> {
    const pairs: Pair[] = [];
    for (let i = 0; i < count; i++) pairs.push(await this.open(options(i)));
    return pairs;
  }

  /** A request that is expected to be refused, from its first byte to the status of the answer. */
  async refused(options: Partial<ClientOptions> = {}): Promise<number | null> {
    const client = this.kept(await connectClient({ port: this.port, polite: true, ...options }));
    return (await client.upgrade()).status;
  }

  /** Clients in a process of their own; resolves when all are open. `unread`: they do not read after that. */
  async clientProcess(count: number, how: 'idle' | 'unread' = 'idle'): Promise<Program> {
    const program = Program.start([process.execPath, CLIENTS, String(this.port), String(count), how]);
    this.#toClose.push(() => program.stop('SIGKILL'));
    await program.untilSays(/^all open$/m, 15_000);
    return program;
  }

  kept<T extends { close(): unknown }>(thing: T): T {
    this.#toClose.push(() => thing.close());
    return thing;
  }

  async close(): Promise<void> {
    for (const close of this.#toClose.splice(0).reverse()) await close();
    await this.#proxy?.close();
    await this.#server?.close();
    await this.#standin?.shutdown().catch(() => undefined); // it may have been shut down by its scenario
    await this.#serverProgram?.stop('SIGKILL');
  }

  /** @returns the port that it listens on */
  async #startServer(): Promise<number> {
    const { server = {} } = this.#spec;
    if (server === 'nobody') return freePort();
    if (server === 'process' || server === 'process, not reading') {
      this.#serverProgram = Program.start([process.execPath, SERVER, server]);
      const [, port] = await this.#serverProgram.untilSays(/^listening on (\d+)$/m, 15_000);
      return Number(port);
    }
    if ('standin' in server) this.#standin = await startStandin(server.standin);
    else this.#server = await startServer({ polite: true, ...server });
    return (this.#standin ?? this.#server)?.port ?? 0;
  }

  async #startProxy(target: number): Promise<void> {
    const { nginx, haproxy, caddy } = this.#spec;
    if (nginx) this.#proxy = await startNginx({ target, ...nginx });
    if (haproxy) this.#proxy = await startHaproxy({ target, ...haproxy });
    if (caddy) this.#proxy = await startCaddy({ target, ...caddy });
  }
}

/** Connects from another address of this machine: clients of a proxy that are different people. */
export const dialFrom =
  (localAddress: string) =>
  async (port: number, host: string): Promise<Socket> => {
    const socket = connect({ port, host, localAddress, allowHalfOpen: true });
    await once(socket, 'connect');
    return socket;
  };

/** An idle time that a scenario is about, or the time that a timer of the system under test needs: no event tells of it. */
export const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
