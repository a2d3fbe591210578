import type { TroubleReport } from './journal-error.ts';
import { type Answer, WorkerLink } from './journal-link.ts';
import type { JournalLimits } from './journal-options.ts';
import { Outage } from './journal-outage.ts';
import { EMPTY_PARCEL, type Gatherer, type Parcel, withoutBulk } from './journal-parcels.ts';
import type { Gap, WorkerSettings } from './journal-protocol.ts';
import type { Found, Note } from './store.ts';

/** What the delivery asks of the journal. */
export interface DeliveryEvents {
  readonly log: Note;
  /** Recording stopped or goes on. */
  readonly changed: () => void;
  /** An outage is over; what it cost is to be stored. */
  readonly gap: (gap: Gap) => void;
  /** Entries of this weight are stored. */
  readonly stored: (entryBytes: number) => void;
  /** An answer came, or the worker went. */
  readonly progress: () => void;
}

interface Sent {
  readonly parcel: Parcel;
  readonly retry: boolean;
}

/**
 * Brings parcels to the worker, in order, and their entries again until they are stored.
 *
 * When the worker refuses one (disk full, database locked, I/O error) or dies, an outage begins: frames are dropped and
 * counted, entries wait, and every `retryMs` the oldest parcel is tried again. When it merely lags, only frames are dropped.
 */
export class Delivery {
  readonly #settings: WorkerSettings;
  readonly #limits: JournalLimits;
  readonly #workerUrl: URL;
  readonly #gatherer: Gatherer;
  readonly #events: DeliveryEvents;
  readonly #inFlight = new Map<number, Sent>();
  /** Refused parcels, oldest first; they go before anything newer. */
  #refused: Parcel[] = [];
  #link: WorkerLink | null = null;
  #retryTimer: NodeJS.Timeout | null = null;
  #nextParcel = 0;
  outage: Outage | null = null;
  droppedFrames = 0;
  /** Bytes of frames and payloads that wait for the worker. */
  backlogBytes = 0;

  constructor(
    settings: WorkerSettings,
    limits: JournalLimits,
    workerUrl: URL,
    gatherer: Gatherer,
    events: DeliveryEvents,
  ) {
    this.#settings = settings;
    this.#limits = limits;
    this.#workerUrl = workerUrl;
    this.#gatherer = gatherer;
    this.#events = events;
  }

  /** @throws JournalError */
  async start(): Promise<Found> {
    return await this.#connect(true);
  }

  /** An outage that is not a mere backlog: nothing can be sent, and what is gathered must not overtake what was refused. */
  get isRefused(): boolean {
    return this.outage !== null && this.outage.code !== 'backlog';
  }

  get isIdle(): boolean {
    return this.#inFlight.size === 0;
  }

  /** Not while `isRefused`. */
  send(parcel: Parcel): void {
    this.#send(parcel, false);
    if (this.backlogBytes > this.#limits.maxBacklogBytes && this.outage === null) this.#stop('backlog');
  }

  drop(frames: number): void {
    this.droppedFrames += frames;
    if (this.outage !== null) this.outage.droppedFrames += frames;
  }

  /** Tries again what was refused, and after it what is gathered. */
  retry(): void {
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
    if (this.#link === null) {
      this.#reconnect();
      return;
    }
    if (!this.isIdle) return;
    this.#refused.push(...this.#gatherer.takeEntries());
    // With nothing to store, an empty parcel asks whether storing works again.
    this.#send(this.#refused.shift() ?? EMPTY_PARCEL, true);
  }

  /** Ends the worker; within `timeoutMs`, whatever the disk does. @returns what went wrong */
  async close(timeoutMs: number): Promise<TroubleReport | null> {
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
    const link = this.#link;
    if (link === null) return null;
    const late = Promise.withResolvers<TroubleReport>();
    const timer = setTimeout(() => late.resolve({ code: 'io', says: 'the disk took too long' }), timeoutMs);
    const trouble = await Promise.race([link.close(), late.promise]);
    clearTimeout(timer);
    await link.terminate();
    return trouble;
  }

  async #connect(wantOrphans: boolean): Promise<Found> {
    const { link, found } = await WorkerLink.start({ ...this.#settings, wantOrphans }, this.#workerUrl, {
      answer: (answer) => this.#answered(answer),
      note: this.#events.log,
      crashed: (trouble) => this.#crashed(trouble),
    });
    this.#link = link;
    return found;
  }

  #send(parcel: Parcel, retry: boolean): void {
    const { entries, frames, payloads, bulkBytes } = parcel;
    const id = this.#nextParcel++;
    this.#inFlight.set(id, { parcel, retry });
    this.backlogBytes += bulkBytes;
    const transfer = [frames?.bytes, payloads?.bytes].filter((buffer) => buffer !== undefined);
    this.#link?.post({ kind: 'batch', id, entries, frames, payloads, retry }, transfer);
  }

  #answered({ batch, trouble, frames, payloads }: Answer): void {
    this.#gatherer.reuse(frames, payloads);
    const sent = this.#inFlight.get(batch);
    if (sent === undefined) return;
    this.#inFlight.delete(batch);
    this.backlogBytes -= sent.parcel.bulkBytes;
    if (trouble !== null) this.#refuse(sent, trouble);
    else this.#stored(sent.parcel);
    this.#events.progress();
  }

  #stored(parcel: Parcel): void {
    this.#events.stored(parcel.entryBytes);
    const next = this.#refused.shift();
    if (next !== undefined) this.#send(next, true);
    else if (this.isRefused || this.backlogBytes <= this.#limits.maxBacklogBytes / 2) this.#resume();
  }

  #refuse({ parcel, retry }: Sent, trouble: TroubleReport): void {
    this.#stop(trouble);
    this.drop(parcel.frames?.count ?? 0);
    if (retry) this.#refused.unshift(withoutBulk(parcel));
    else this.#refused.push(withoutBulk(parcel));
  }

  #crashed(trouble: TroubleReport): void {
    this.#link = null;
    this.#stop(trouble);
    const lost = [...this.#inFlight.values()];
    this.#inFlight.clear();
    this.backlogBytes = 0;
    for (const sent of lost) this.#refuse(sent, trouble);
    this.#events.progress();
  }

  #reconnect(): void {
    this.#connect(false).then(
      () => this.retry(),
      () => {
        // Why was told when the outage began; only its end is news.
        this.#retryLater();
        this.#events.progress();
      },
    );
  }

  #retryLater(): void {
    this.#retryTimer ??= setTimeout(() => this.retry(), this.#limits.retryMs).unref();
  }

  #stop(trouble: TroubleReport | 'backlog'): void {
    if (trouble !== 'backlog') this.#retryLater();
    if (this.isRefused) return;
    const now = Date.now();
    if (this.outage !== null) this.#events.gap(this.outage.gap(now));
    this.outage = new Outage(trouble, now);
    if (trouble !== 'backlog') this.drop(this.#gatherer.dropFrames());
    this.#events.log('warn', this.outage.stopped());
    this.#events.changed();
  }

  #resume(): void {
    if (this.outage === null) return;
    const now = Date.now();
    const { outage } = this;
    this.outage = null;
    this.#events.log('info', outage.resumed(now));
    this.#events.gap(outage.gap(now));
    this.#events.changed();
  }
}
