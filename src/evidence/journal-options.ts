import type { NameTable } from './names.ts';
import type { Note } from './store.ts';

/** Frames and payloads that may wait for the worker; beyond it they are dropped, until half of it is stored. */
const MAX_BACKLOG_BYTES = 64 * 1024 * 1024;
/** Facts and verdicts that may wait while nothing can be stored; beyond it they, too, are dropped and counted. */
const MAX_ENTRY_BYTES = 256 * 1024 * 1024;
/** Hot frames that start a compaction (2 MiB of records): 13 s of 200 connections with 50 frames/s. */
const COMPACT_FRAMES = 128 * 1024;
/** How long a statement waits for another program's lock before recording stops, in ms. */
const BUSY_TIMEOUT_MS = 2000;
/** Between two tries to record again, in ms. */
const RETRY_MS = 3000;

export interface JournalOptions {
  readonly folder: string;
  /** Names of frames as the gateway numbers them. Must be new: `open` fills in those of earlier runs. */
  readonly names: NameTable;
  readonly log: Note;
  /** How long closed connections are kept, in ms; null or absent: for ever. */
  readonly keepMs?: number | null;
  /** What the journal may take on disk, in bytes; null or absent: no bound. */
  readonly maxDiskBytes?: number | null;
  /** Other limits than the usual ones, for tests. */
  readonly limits?: Partial<JournalLimits>;
  /** Another worker than the journal's own, for tests. */
  readonly workerUrl?: URL;
}

export interface JournalLimits {
  readonly maxBacklogBytes: number;
  readonly maxEntryBytes: number;
  readonly compactFrames: number;
  readonly busyTimeoutMs: number;
  readonly retryMs: number;
}

export const LIMITS: JournalLimits = {
  maxBacklogBytes: MAX_BACKLOG_BYTES,
  maxEntryBytes: MAX_ENTRY_BYTES,
  compactFrames: COMPACT_FRAMES,
  busyTimeoutMs: BUSY_TIMEOUT_MS,
  retryMs: RETRY_MS,
};
