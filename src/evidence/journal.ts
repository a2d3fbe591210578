import type { Fact } from './fact.ts';
import type { FrameBits } from './frame-bits.ts';
import { Delivery } from './journal-delivery.ts';
import { prepareFolder } from './journal-folder.ts';
import { WORKER_URL } from './journal-link.ts';
import { type JournalLimits, type JournalOptions, LIMITS } from './journal-options.ts';
import { entryBytes, Gatherer } from './journal-parcels.ts';
import type { Entry, Orphan } from './journal-protocol.ts';
import { type JournalStatus, StatusWriter } from './journal-status.ts';
import type { NameTable } from './names.ts';
import type { ClientDescription, Recorder, RoundTripRow, VerdictRow } from './recorder.ts';
import { isClosing, type TimelineHead, type Totals } from './timeline.ts';

export type { JournalLimits, JournalOptions, JournalStatus, Orphan };

/** Frames wait this long at most: what kill -9 can lose of them. */
const FLUSH_MS = 250;
/** Verdicts, ends and closing facts wait this long, so that a burst of them shares a transaction. */
const URGENT_FLUSH_MS = 10;
/** Between two heartbeats in status.json, in ms. */
const HEARTBEAT_MS = 1000;
/** How long `flushed` waits for the disk at most: whoever asks wants to read, and rather reads old news than none. In ms. */
const FLUSHED_MS = 250;
/** How long `close` waits for the disk to take what is gathered, and again for the worker to tidy up, in ms. */
const CLOSE_TIMEOUT_MS = 10_000;

/**
 * Keeps the evidence in SQLite. This half runs on the gateway's thread and only gathers; a worker thread writes.
 *
 *   frame() ──► 16 bytes in a buffer ─┐ 250 ms, or full
 *   fact() … ─► a list of entries ────┴ 10 ms if closing ──► parcel ──► worker ──► one transaction
 *                                                              ▲                        │
 *                                                              └── kept, until answered ┘
 *
 * Nothing here throws into traffic, and nothing blocks it: see Delivery for a disk that is slow, full or broken.
 */
export class Journal implements Recorder {
  readonly #names: NameTable;
  readonly #limits: JournalLimits;
  readonly #log: JournalOptions['log'];
  readonly #status: StatusWriter;
  readonly #startedAt = Date.now();
  readonly #gatherer = new Gatherer();
  readonly #delivery: Delivery;
  readonly #heartbeat: NodeJS.Timeout;
  #since = this.#startedAt;
  #nextConnection = 1;
  #namesSent = 1;
  #entryBytes = 0;
  #droppedFacts = 0;
  #flushTimer: NodeJS.Timeout | null = null;
  #urgent = false;
  /** Who waits for what is gathered to be stored. */
  readonly #flushing = new Set<() => void>();
  #drained: PromiseWithResolvers<void> | null = null;
  #closed: Promise<void> | null = null;

  private constructor(options: JournalOptions, status: StatusWriter) {
    this.#names = options.names;
    this.#log = options.log;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#status = status;
    const { folder, keepMs = null, maxDiskBytes = null } = options;
    const { busyTimeoutMs, compactFrames } = this.#limits;
    this.#delivery = new Delivery(
      { folder, keepMs, maxDiskBytes, busyTimeoutMs, compactFrames, wantOrphans: true },
      this.#limits,
      options.workerUrl ?? WORKER_URL,
      this.#gatherer,
      {
        log: options.log,
        changed: () => {
          this.#since = Date.now();
          this.#writeStatus();
        },
        gap: (gap) => this.#entry({ kind: 'gap', ...gap }, true),
        stored: (bytes) => {
          this.#entryBytes -= bytes;
        },
        progress: () => {
          this.#drain();
          if (this.#delivery.isIdle) for (const stored of this.#flushing) stored();
        },
      },
    );
    this.#heartbeat = setInterval(() => this.#writeStatus(), HEARTBEAT_MS).unref();
  }

  /**
   * Opens the journal of a folder, making both where needed.
   * @returns the journal, and the connections that a killed hangup left open, to be judged and closed by the caller
   * @throws JournalError `in-use`, `not-a-folder`, `not-writable`, `corrupt`, `newer-schema`, `full`, `io` …
   */
  static async open(
    options: JournalOptions,
  ): Promise<{ readonly journal: Journal; readonly orphans: readonly Orphan[] }> {
    if (options.names.size > 1) throw new RangeError('the journal needs a new NameTable');
    prepareFolder(options.folder);
    const status = await StatusWriter.open(options.folder);
    const journal = new Journal(options, status);
    try {
      return { journal, orphans: await journal.#start() };
    } catch (error) {
      clearInterval(journal.#heartbeat);
      await status.close();
      throw error;
    }
  }

  /** What status.json says. */
  get status(): JournalStatus {
    const { outage, droppedFrames } = this.#delivery;
    const ended = this.#closed !== null;
    return {
      pid: process.pid,
      startedAt: this.#startedAt,
      recording: outage === null && !ended,
      why: ended ? 'hangup has ended' : (outage?.why ?? null),
      since: this.#since,
      droppedFrames,
      heartbeatAt: Date.now(),
    };
  }

  /** Facts and verdicts dropped because too many were waiting (256 MiB). */
  get droppedFacts(): number {
    return this.#droppedFacts;
  }

  /** Bytes of frames and payloads that wait for the worker. */
  get backlogBytes(): number {
    return this.#delivery.backlogBytes;
  }

  opened(head: TimelineHead, client: ClientDescription): number {
    const connection = this.#nextConnection++;
    const { connection: id, tap, url, trace, openedAt, keepaliveMs } = head;
    const told = { id, tap: tap.name, url, trace, openedAt, keepaliveMs, client, head: JSON.stringify(head) };
    this.#entry({ kind: 'opened', connection, ...told }, false);
    return connection;
  }

  fact(connection: number, n: number, fact: Fact): void {
    this.#entry({ kind: 'fact', connection, n, json: JSON.stringify(fact) }, isClosing(fact));
  }

  frame(connection: number, at: number, bits: FrameBits, length: number, payload: Uint8Array | null): void {
    if (this.#delivery.outage !== null || this.#closed !== null) {
      this.#delivery.drop(1);
      return;
    }
    if (!this.#gatherer.frame(connection, at, bits, length, payload)) {
      this.#flush();
      this.frame(connection, at, bits, length, payload);
      return;
    }
    if (this.#flushTimer === null) this.#flushIn(FLUSH_MS);
    if (this.#gatherer.isFull) this.#flush();
  }

  ended(connection: number, at: number, totals: Totals): void {
    this.#entry({ kind: 'ended', connection, at, totals: JSON.stringify(totals) }, true);
  }

  verdict(connection: number, verdict: VerdictRow): void {
    this.#entry({ kind: 'verdict', connection, verdict }, true);
  }

  /** Whose connection it is. @param id of Mattermost's user */
  user(connection: number, id: string): void {
    this.#entry({ kind: 'user', connection, id }, false);
  }

  /** For users of recorded connections only: a name leaves with the last connection of its user. */
  userName(id: string, name: string): void {
    this.#entry({ kind: 'user-name', id, name }, false);
  }

  roundTrips(row: RoundTripRow): void {
    this.#entry({ kind: 'round-trips', ...row }, false);
  }

  /**
   * Sends what is gathered at once. Resolves when all of it is stored and a reader sees it; after 250 ms in any case, and at once
   * while nothing can be stored.
   */
  flushed(): Promise<void> {
    if (this.#closed !== null) return this.#closed;
    this.#flush();
    if (this.#delivery.isIdle || this.#delivery.isRefused) return Promise.resolve();
    return new Promise((resolve) => {
      const stored = (): void => {
        clearTimeout(timer);
        this.#flushing.delete(stored);
        resolve();
      };
      const timer = setTimeout(stored, FLUSHED_MS);
      this.#flushing.add(stored);
    });
  }

  /** Stores what is gathered, as far as the disk allows within 10 s, and ends the worker. Record nothing after it. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#drained = Promise.withResolvers();
    const deadline = setTimeout(() => this.#drained?.resolve(), CLOSE_TIMEOUT_MS);
    if (this.#delivery.isRefused) this.#delivery.retry();
    else this.#drain();
    await this.#drained.promise;
    clearTimeout(deadline);
    if (this.#entryBytes > 0) this.#log('warn', `${this.#entryBytes} bytes of facts and verdicts could not be stored`);
    const trouble = await this.#delivery.close(CLOSE_TIMEOUT_MS);
    if (trouble !== null) this.#log('warn', `the journal was closed untidily: ${trouble.says}`);
    clearInterval(this.#heartbeat);
    if (this.#flushTimer !== null) clearTimeout(this.#flushTimer);
    this.#since = Date.now();
    await this.#status.write(this.status);
    await this.#status.close();
  }

  /** While closing: goes on until nothing is left, or nothing more can be stored. */
  #drain(): void {
    if (this.#drained === null || !this.#delivery.isIdle) return;
    this.#flush();
    if (this.#delivery.isIdle) this.#drained.resolve();
  }

  async #start(): Promise<readonly Orphan[]> {
    const found = await this.#delivery.start();
    this.#nextConnection = found.nextConnection;
    for (const name of found.names) this.#names.id(name);
    this.#namesSent = this.#names.size;
    // Before any traffic: its block must be there when the disk gets full.
    await this.#status.write(this.status);
    return found.orphans;
  }

  #entry(entry: Entry, urgent: boolean): void {
    const bytes = entryBytes(entry);
    if (this.#entryBytes + bytes > this.#limits.maxEntryBytes) {
      this.#droppedFacts++;
      if (this.#delivery.outage !== null) this.#delivery.outage.droppedFacts++;
      return;
    }
    this.#entryBytes += bytes;
    this.#gatherer.entry(entry);
    if (this.#flushTimer === null || (urgent && !this.#urgent)) this.#flushIn(urgent ? URGENT_FLUSH_MS : FLUSH_MS);
    if (this.#gatherer.isFull) this.#flush();
  }

  #flushIn(ms: number): void {
    if (this.#flushTimer !== null) clearTimeout(this.#flushTimer);
    this.#urgent = ms === URGENT_FLUSH_MS;
    this.#flushTimer = setTimeout(() => this.#flush(), ms).unref();
  }

  /** Sends what is gathered. While parcels are refused, entries stay gathered; Delivery.retry takes them. */
  #flush(): void {
    if (this.#flushTimer !== null) clearTimeout(this.#flushTimer);
    this.#flushTimer = null;
    this.#urgent = false;
    this.#gatherNames();
    if (this.#delivery.isRefused) return;
    const parcel = this.#gatherer.take();
    if (parcel !== null) this.#delivery.send(parcel);
  }

  /** A name goes with the frames that first use it, or before them. */
  #gatherNames(): void {
    if (this.#namesSent === this.#names.size) return;
    for (const [i, name] of this.#names.since(this.#namesSent).entries()) {
      const entry: Entry = { kind: 'name', id: this.#namesSent + i, name };
      this.#entryBytes += entryBytes(entry);
      this.#gatherer.entry(entry);
    }
    this.#namesSent = this.#names.size;
  }

  #writeStatus(): void {
    this.#status.write(this.status);
  }
}
