import { Worker } from 'node:worker_threads';
import { errorOf, type TroubleReport } from './journal-error.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './journal-protocol.ts';
import type { Found, Note } from './store.ts';

export type Answer = Extract<FromWorker, { kind: 'answer' }>;

export interface LinkEvents {
  readonly answer: (answer: Answer) => void;
  readonly note: Note;
  /** The worker is gone without having been asked to; nothing that was posted will be answered. Called once. */
  readonly crashed: (trouble: TroubleReport) => void;
}

/** `.ts` by type stripping in development, `.js` in the package. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
export const WORKER_URL = new URL(`./journal-worker.${EXTENSION}`, import.meta.url);

/** A running worker: typed messages there and back, and its end told once. */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #events: LinkEvents;
  readonly #opened = Promise.withResolvers<Found>();
  readonly #closed = Promise.withResolvers<TroubleReport | null>();
  #state: 'opening' | 'running' | 'closing' | 'gone' = 'opening';

  private constructor(settings: WorkerSettings, url: URL, events: LinkEvents) {
    this.#events = events;
    this.#worker = new Worker(url, { workerData: settings, name: 'hangup-journal' });
    this.#worker.on('message', (message: FromWorker) => this.#message(message));
    this.#worker.on('error', (error) => this.#end(error instanceof Error ? error.message : String(error)));
    this.#worker.on('exit', (code) => this.#end(`it ended with code ${code}`));
  }

  /** @throws JournalError when the journal cannot be opened, or the worker not started */
  static async start(
    settings: WorkerSettings,
    url: URL,
    events: LinkEvents,
  ): Promise<{ readonly link: WorkerLink; readonly found: Found }> {
    const link = new WorkerLink(settings, url, events);
    const found = await link.#opened.promise;
    // From here on it must not keep a process alive that has nothing else to do.
    link.#worker.unref();
    return { link, found };
  }

  post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  /** Asks the worker to tidy up and end. Resolves with what went wrong, if anything. */
  close(): Promise<TroubleReport | null> {
    if (this.#state === 'running') {
      this.#state = 'closing';
      this.#worker.ref();
      this.post({ kind: 'close' });
    }
    return this.#closed.promise;
  }

  /** Ends the worker as it is. */
  async terminate(): Promise<void> {
    this.#state = 'gone';
    await this.#worker.terminate();
  }

  #message(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        this.#state = 'running';
        this.#opened.resolve(message);
        return;
      case 'cannot-open':
        this.#state = 'gone';
        this.#opened.reject(errorOf(message.trouble));
        return;
      case 'answer':
        this.#events.answer(message);
        return;
      case 'note':
        this.#events.note(message.level, message.message);
        return;
      case 'closed':
        this.#state = 'gone';
        // The process must be able to start a new journal here at once: wait for the thread, and its files, to be gone.
        this.#worker.once('exit', () => this.#closed.resolve(message.trouble));
        return;
    }
  }

  #end(why: string): void {
    if (this.#state === 'gone') return;
    const before = this.#state;
    this.#state = 'gone';
    const trouble: TroubleReport = { code: 'failed', says: `the journal's worker thread ended: ${why}` };
    if (before === 'opening') this.#opened.reject(errorOf(trouble));
    else if (before === 'closing') this.#closed.resolve(trouble);
    else this.#events.crashed(trouble);
  }
}
