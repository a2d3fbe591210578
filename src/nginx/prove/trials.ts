import { randomBytes } from 'node:crypto';
import type { AnswerHead } from '../../wire/http-head.ts';
import type { Backend, Behaviour, Received } from './backend.ts';
import { RawClient, type Request } from './client.ts';
import { TRIAL_HEADER } from './copy/scopes.ts';
import type { Answered, RunningCopy } from './running-copy.ts';
import type { Site, SocketPath } from './sites.ts';

/** One request through nginx, known by its number at the client, at the backend and in nginx's own log. */

export interface Trial {
  readonly id: string;
  readonly key: string;
  /** null where it could not connect, or no answer came. */
  readonly client: RawClient | null;
  readonly answer: AnswerHead | null;
  /** Why there is no answer. */
  readonly failure: string | null;
  /** What the backend had of it; null where nginx did not pass it on. */
  received(): Received | null;
}

/** nginx logs at once what it answered; a connection that it could not read it does not log at all. */
const ANSWERED_LOG_MS = 3_000;
const UNANSWERED_LOG_MS = 250;

export class Trials {
  readonly running: RunningCopy;
  readonly backend: Backend;
  readonly #name: string;
  readonly #signal: AbortSignal;
  #count = 0;
  #sources = 0;
  readonly #clients = new Set<RawClient>();

  /**
   * @param name unlike that of other trials on the same backend
   * @param signal closes what is open, and lets nothing more begin
   */
  constructor(running: RunningCopy, backend: Backend, name: string, signal: AbortSignal) {
    this.running = running;
    this.backend = backend;
    this.#name = name;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.closeAll(), { once: true });
  }

  /** Opens a WebSocket as a browser on that site would. */
  async upgrade(
    site: Site,
    { path, kind }: SocketPath,
    extra: readonly string[] = [],
    behaviour: Behaviour = {},
  ): Promise<Trial> {
    const id = this.#nextId();
    const key = randomBytes(16).toString('base64');
    this.backend.expect(id, key, { ...behaviour, anyPath: kind === 'literal' });
    const headers = [
      ...[
        'Host',
        site.host,
        'User-Agent',
        'Mozilla/5.0 (hangup prove)',
        'Upgrade',
        'websocket',
        'Connection',
        'Upgrade',
      ],
      ...['Origin', site.origin, 'Sec-WebSocket-Version', '13', 'Sec-WebSocket-Key', key, TRIAL_HEADER, id, ...extra],
      ...authorization(site),
    ];
    // Mattermost's own clients name their connection so (FIELD-NOTES §1); it is known even where no header gets through.
    const target = `${path}?connection_id=${id}&sequence_number=0`;
    return await this.#send(site, id, key, { method: 'GET', target, headers }, null);
  }

  /** A request without Upgrade. @param on an open connection to use again */
  async plain(site: Site, method: string, path: string, on: RawClient | null): Promise<Trial> {
    const id = this.#nextId();
    this.backend.expect(id, null);
    const body = method === 'POST' ? '{"login_id":"hangup"}' : '';
    const length = method === 'POST' ? ['Content-Type', 'application/json', 'Content-Length', String(body.length)] : [];
    const headers = [
      'Host',
      site.host,
      'User-Agent',
      'Mozilla/5.0 (hangup prove)',
      TRIAL_HEADER,
      id,
      ...length,
      ...authorization(site),
    ];
    return await this.#send(site, id, '', { method, target: path, headers, body }, on);
  }

  /** What nginx says of an upgrade; it says so when that ends, so the client's end is closed first. */
  async closed(trial: Trial): Promise<Answered | null> {
    trial.client?.close();
    return await this.answered(trial);
  }

  /** What nginx says of a request that has ended. */
  async answered(trial: Trial): Promise<Answered | null> {
    if (trial.client === null || this.#signal.aborted) return null;
    const timeoutMs = trial.answer === null ? UNANSWERED_LOG_MS : ANSWERED_LOG_MS;
    return await this.running.answered(trial.id, trial.key === '' ? null : trial.key, timeoutMs);
  }

  /** Closes every connection that is still open. */
  closeAll(): void {
    for (const client of this.#clients) client.close();
  }

  async #send(site: Site, id: string, key: string, request: Request, on: RawClient | null): Promise<Trial> {
    // A question for leave and an error page may have been asked for as well: only the request itself has its query.
    const received = (): Received | null => {
      const all = this.backend.received(id);
      return all.findLast(({ target }) => target.includes(`connection_id=${id}&`)) ?? all.at(-1) ?? null;
    };
    let client = on;
    try {
      this.#signal.throwIfAborted();
      client ??= await this.#connect(site);
      return { id, key, client, answer: await client.request(request), failure: null, received };
    } catch (error) {
      return {
        id,
        key,
        client,
        answer: null,
        failure: error instanceof Error ? error.message : String(error),
        received,
      };
    }
  }

  async #connect(site: Site): Promise<RawClient> {
    const client = await RawClient.connect(this.running.endpoint(site.listener, site.serverName, this.#nextSource()));
    this.#clients.add(client);
    void client.ended.then(() => this.#clients.delete(client));
    return client;
  }

  #nextId(): string {
    return `hangup-${this.#name}-${++this.#count}`;
  }

  /** Linux has the whole of 127.0.0.0/8; a limit by address then counts each client alone, as it would outside. */
  #nextSource(): string | null {
    if (process.platform !== 'linux') return null;
    const nth = (this.#sources++ % 60_000) + 300;
    return `127.77.${Math.floor(nth / 250)}.${(nth % 250) + 1}`;
  }
}

const authorization = ({ authorization: value }: Site): readonly string[] =>
  value === null ? [] : ['Authorization', value];
