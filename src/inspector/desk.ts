import type { PerSide } from './api.ts';
import { ApiFailure } from './api-failure.ts';
import { CursorError } from './archive/cursor.ts';
import type { Archive } from './archive.ts';
import type { Checker } from './check/checker.ts';
import type { Health } from './health.ts';
import type { Feed } from './live/feed.ts';
import type { OpenConnections } from './live/open-connections.ts';
import type { JournalFigures, Metrics } from './metrics/metrics.ts';
import type { SignIn } from './sign-in/sign-in.ts';

/** The journal as the process that writes it knows it. */
export interface LiveJournal extends JournalFigures {
  readonly status: JournalFigures['status'] & { readonly why: string | null; readonly since: number };
  /** Resolves when all that was gathered is stored; after 250 ms in any case. */
  flushed(): Promise<void>;
}

/** A tap as it listens. */
export interface ListeningTap {
  readonly name: string;
  readonly behind: string | null;
  readonly before: string | null;
  /** As URLs. */
  readonly listen: string;
  readonly target: string;
}

/** All that the routes answer from. */
export interface Desk {
  readonly archive: Archive;
  readonly journal: LiveJournal;
  readonly open: OpenConnections;
  readonly feed: Feed;
  readonly metrics: Metrics;
  readonly signIn: SignIn;
  readonly checker: Checker;
  /** Empty until the gateway listens. */
  readonly taps: () => readonly ListeningTap[];
  readonly keepaliveMs: PerSide<number | null>;
  readonly health: () => Health;
  /** What an operator must know of how hangup stands. */
  readonly notes: () => readonly string[];
}

/**
 * Asks the archive, after what has just happened has got there.
 * @throws ApiFailure 503 when the journal cannot be read, 400 for a cursor that is none
 */
export async function ask<T>({ archive, journal }: Desk, question: (archive: Archive) => Promise<T>): Promise<T> {
  await journal.flushed();
  return await askOn({ archive }, question);
}

/** The same without waiting, for the next pages of an answer. */
export async function askOn<T>(
  { archive }: Pick<Desk, 'archive'>,
  question: (archive: Archive) => Promise<T>,
): Promise<T> {
  try {
    return await question(archive);
  } catch (error) {
    if (error instanceof CursorError) throw new ApiFailure(400, error.message);
    const why = error instanceof Error ? error.message : String(error);
    throw new ApiFailure(503, `the journal cannot be read now: ${why}`);
  }
}
