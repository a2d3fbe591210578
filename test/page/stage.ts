/**
 * A real `hangup serve` with its page, for one file of tests:
 *
 *   client (ws) → [nginx] → tap → server (ws)
 *                            └── page ← Chromium
 */

import { once } from 'node:events';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, vi } from 'vitest';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';
import { Journal } from '../../src/evidence/journal.ts';
import { NameTable } from '../../src/evidence/names.ts';
import type {
  ConnectionDetail,
  ConnectionsPage,
  ConnectionView,
  FramesPage,
  Summary,
} from '../../src/inspector/api.ts';
import type { TestBrowser, WindowOptions } from '../kit/chromium.ts';
import { type Gateway, startGateway } from '../kit/gateway-process.ts';
import { freePort, type Nginx, type NginxSettings, startNginx } from '../kit/proxies.ts';
import { removeFolder, temporaryFolder } from '../kit/temporary.ts';
import { Changes, WAIT_MS } from '../kit/until.ts';
import { buildPage } from './built-page.ts';

export const TOKEN = 'a-token-that-the-operator-has-chosen';

/** The body of the answer to an upgrade at `/refused`. */
export const REFUSAL = '<script>alert("refused")</script>\r\n<img src=x onerror=alert(1)> \u202eoffline';

export interface StageOptions {
  /** Put an nginx of these settings between clients and the tap, which is told so. */
  readonly nginx?: NginxSettings;
  /** More of the tap: `idle=1s`. */
  readonly tap?: string;
  /** A second tap, `edge`, through which nothing goes. */
  readonly edge?: boolean;
  /** Default `off`, so that nothing crosses but what the test sends. */
  readonly keepalive?: string;
  /** More arguments of `serve`. */
  readonly args?: readonly string[];
  /** null: hangup makes one, and prints the link. */
  readonly token?: string | null;
  /** What the journal has before hangup starts. */
  readonly seed?: (journal: Journal, names: NameTable) => void | Promise<void>;
}

/** A WebSocket: both of its ends. */
export interface Pair {
  readonly client: WebSocket;
  readonly server: WebSocket;
  /** By which it is found again. */
  readonly url: string;
}

export class Stage {
  readonly #options: StageOptions;
  readonly #data = temporaryFolder('page-data');
  readonly #server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    verifyClient: ({ req }, answer) => {
      if (req.url?.startsWith('/refused') === true) answer(false, 403, REFUSAL);
      else answer(true);
    },
  });
  readonly #accepted = new Map<string, WebSocket>();
  readonly #changes = new Changes(() => `WebSockets of the server: ${[...this.#accepted.keys()].join(' ')}`);
  #tapPort = 0;
  #pagePort = 0;
  #gateway: Gateway | null = null;
  #nginx: Nginx | null = null;
  #opened = 0;

  constructor(options: StageOptions) {
    this.#options = options;
    this.#server.on('connection', (socket, { url = '' }) => {
      // Whoever is cut off by a scenario is an error to ws, and none to the test.
      socket.on('error', () => undefined);
      this.#accepted.set(url, socket);
      this.#changes.changed();
    });
  }

  async start(): Promise<void> {
    buildPage();
    const { seed, nginx } = this.#options;
    if (seed !== undefined) await fillJournal(join(this.#data, 'journal'), seed);
    this.#tapPort = await freePort();
    this.#pagePort = await freePort();
    await this.startGateway();
    if (nginx !== undefined) this.#nginx = await startNginx({ target: this.#tapPort, ...nginx });
  }

  /** Starts hangup, for the first time or again: on the same journal and the same ports. */
  async startGateway(
    token: string | null = this.#options.token === undefined ? TOKEN : this.#options.token,
  ): Promise<void> {
    const { tap, nginx, edge = false, keepalive = 'off', args = [] } = this.#options;
    const address = this.#server.address();
    const target = typeof address === 'object' && address !== null ? address.port : 0;
    const words = ['inner', `listen=127.0.0.1:${this.#tapPort}`, `target=http://127.0.0.1:${target}`];
    if (nginx !== undefined) words.push('behind=nginx');
    if (tap !== undefined) words.push(tap);
    await this.#gateway?.close();
    this.#gateway = await startGateway({
      taps: [
        words.join(','),
        ...(edge ? [`edge,listen=127.0.0.1:0,target=http://127.0.0.1:${target},before=nginx`] : []),
      ],
      page: true,
      keepalive,
      data: join(this.#data, 'journal'),
      // The last one counts: not a port of its own at each start.
      args: ['--page', `127.0.0.1:${this.#pagePort}`, ...args],
      env: token === null ? {} : { HANGUP_TOKEN: token },
    });
  }

  get gateway(): Gateway {
    if (this.#gateway === null) throw new Error('the stage has not been started');
    return this.#gateway;
  }

  /** Where the page is. */
  get url(): string {
    return `http://127.0.0.1:${this.#pagePort}`;
  }

  /** A window of a browser that is signed in, at a path of the page. */
  async visit(browser: TestBrowser, path = '/', options: WindowOptions = {}): Promise<Page> {
    const page = await browser.open(options);
    await page.goto(this.link(path));
    return page;
  }

  /** An address of the page that signs in. */
  link(path = '/'): string {
    const url = new URL(path, this.url);
    url.searchParams.set('token', TOKEN);
    return url.href;
  }

  /** What the API answers to who has the token. */
  async ask<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.url}${path}`, { headers: { Authorization: `Bearer ${TOKEN}` } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    const body: T = JSON.parse(await answer.text());
    return body;
  }

  readonly summary = (query = ''): Promise<Summary> => this.ask(`/api/summary${query}`);
  readonly connection = (id: string): Promise<ConnectionDetail> => this.ask(`/api/connections/${id}`);
  readonly connections = (query = ''): Promise<ConnectionsPage> => this.ask(`/api/connections${query}`);
  readonly frames = (id: string, query: string): Promise<FramesPage> =>
    this.ask(`/api/connections/${id}/frames?${query}`);

  /** A WebSocket, open at both ends. @param more of its URL, after `?` */
  async open(more = '', options: ClientOptions = {}): Promise<Pair> {
    const url = `/api/v4/websocket?n=${++this.#opened}${more === '' ? '' : `&${more}`}`;
    const client = new WebSocket(`ws://127.0.0.1:${this.#nginx?.port ?? this.#tapPort}${url}`, options);
    const opened = once(client, 'open');
    client.on('error', () => undefined);
    await opened;
    const server = await this.#changes.until(`the server's end of ${url}`, () => this.#accepted.get(url));
    return { client, server, url };
  }

  /** What the API has of a WebSocket. */
  async find({ url }: Pair): Promise<ConnectionView> {
    const { connections } = await this.connections('?limit=500');
    const found = connections.find((each) => each.url === url);
    if (found === undefined) throw new Error(`the API has no ${url}`);
    return found;
  }

  /** The first connection of a query, once it has a verdict. */
  judged(query: string): Promise<ConnectionView> {
    const look = async (): Promise<ConnectionView> => {
      const [found] = (await this.connections(query)).connections;
      if (found === undefined || found.verdict === null) throw new Error(`no verdict at ${query}`);
      return found;
    };
    return vi.waitFor(look, { timeout: WAIT_MS });
  }

  /** What the API has of a WebSocket that has ended, once it has a verdict. */
  async untilJudged(pair: Pair): Promise<ConnectionView> {
    return this.judged(`?connection=${(await this.find(pair)).connection}`);
  }

  /** Where clients connect when no nginx is there. */
  get tapPort(): number {
    return this.#tapPort;
  }

  /** Where the server listens. */
  get sockets(): ReadonlyMap<string, WebSocket> {
    return this.#accepted;
  }

  async close(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
    await this.#nginx?.close();
    await this.#gateway?.close();
    removeFolder(this.#data);
  }
}

/** A stage for the tests of a `describe`. */
export function stageFor(options: StageOptions = {}): Stage {
  const stage = new Stage(options);
  beforeAll(() => stage.start());
  afterAll(() => stage.close());
  return stage;
}

/** Writes into a journal that no hangup has open. */
export async function fillJournal(
  folder: string,
  seed: (journal: Journal, names: NameTable) => void | Promise<void>,
): Promise<void> {
  const names = new NameTable();
  const log = (_level: string, message: string): void => void process.stderr.write(`${message}\n`);
  const { journal } = await Journal.open({ folder, names, log });
  await seed(journal, names);
  await journal.close();
}
