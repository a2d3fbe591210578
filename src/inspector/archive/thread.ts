import { Worker } from 'node:worker_threads';
import { JournalError } from '../../evidence/journal-error.ts';
import type { Archive } from '../archive.ts';
import { CursorError } from './cursor.ts';
import { Pending } from './pending.ts';
import type { Answered, Answers, ArchiveSettings, Arguments, FromArchive, Question } from './protocol.ts';

/** `.ts` by type stripping in development, `.js` in the package. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const WORKER_URL = new URL(`./worker.${EXTENSION}`, import.meta.url);

type AllPending = { readonly [Q in Question]: Pending<Answers[Q]> };

/**
 * The archive's half on the main thread: questions go to a worker, which reads the journal while this thread relays.
 * A worker that dies rejects what waits for it; the next question starts a new one.
 */
export class ArchiveThread implements Archive {
  readonly #settings: ArchiveSettings;
  readonly #url: URL;
  readonly #pending: AllPending = {
    connections: new Pending(),
    connection: new Pending(),
    frames: new Pending(),
    gaps: new Pending(),
    payload: new Pending(),
    summary: new Pending(),
    verdicts: new Pending(),
  };
  #worker: Worker | null;
  #waiting = 0;
  #nextId = 0;
  #closed: Promise<void> | null = null;

  /**
   * Starts the worker at once, so that the first question need not wait for it.
   * @param folder of the journal; it may still be missing
   * @param url another worker than the archive's own, for tests
   */
  constructor(folder: string, url: URL = WORKER_URL) {
    this.#settings = { folder };
    this.#url = url;
    this.#worker = this.#start();
  }

  connections(...args: Arguments['connections']): Promise<Answers['connections']> {
    return this.#ask('connections', args);
  }

  connection(...args: Arguments['connection']): Promise<Answers['connection']> {
    return this.#ask('connection', args);
  }

  frames(...args: Arguments['frames']): Promise<Answers['frames']> {
    return this.#ask('frames', args);
  }

  gaps(...args: Arguments['gaps']): Promise<Answers['gaps']> {
    return this.#ask('gaps', args);
  }

  payload(...args: Arguments['payload']): Promise<Answers['payload']> {
    return this.#ask('payload', args);
  }

  summary(...args: Arguments['summary']): Promise<Answers['summary']> {
    return this.#ask('summary', args);
  }

  verdicts(...args: Arguments['verdicts']): Promise<Answers['verdicts']> {
    return this.#ask('verdicts', args);
  }

  /** Ends the worker, after the questions that were asked before. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    worker.ref();
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage('close');
    await gone;
  }

  #ask<Q extends Question>(question: Q, args: Arguments[Q]): Promise<Answers[Q]> {
    if (this.#closed !== null) return Promise.reject(new JournalError('failed', 'the archive is closed'));
    this.#worker ??= this.#start();
    const id = this.#nextId++;
    // Only while somebody waits does it keep a process alive that has nothing else to do.
    if (this.#waiting++ === 0) this.#worker.ref();
    const pending: Pending<Answers[Q]> = this.#pending[question];
    const answer = pending.wait(id);
    this.#worker.postMessage({ id, question, args });
    return answer;
  }

  #start(): Worker {
    const worker = new Worker(this.#url, { workerData: this.#settings, name: 'hangup-archive' });
    let why = 'it ended by itself';
    worker.unref();
    worker.on('message', (message: FromArchive) => this.#message(message));
    worker.on('error', (error) => {
      why = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', () => this.#gone(worker, why));
    return worker;
  }

  #message(message: FromArchive): void {
    if (--this.#waiting === 0) this.#worker?.unref();
    if (message.kind === 'answer') {
      this.#settle(message);
      return;
    }
    const { id, code, says } = message;
    const error = code === 'bad-cursor' ? new CursorError() : new JournalError(code, says);
    for (const pending of Object.values(this.#pending)) pending.reject(id, error);
  }

  #settle<Q extends Question>({ question, id, answer }: Answered<Q>): void {
    const pending: Pending<Answers[Q]> = this.#pending[question];
    pending.settle(id, answer);
  }

  #gone(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    this.#waiting = 0;
    const error = new JournalError('failed', `the thread that reads the journal ended (${why}): ask again`);
    for (const pending of Object.values(this.#pending)) pending.rejectAll(error);
  }
}
