import type { Journal } from '../../../src/evidence/journal.ts';
import { emptyTotals } from '../../../src/evidence/timeline.ts';
import type { ConnectionQuery, IdleBucket } from '../../../src/inspector/api.ts';
import type { ArchivedSummary } from '../../../src/inspector/archive.ts';
import { CLIENT, head, newFolder, openJournal, T0 } from '../../evidence/journal-kit.ts';
import { openArchive } from './archive-kit.ts';

/** How one connection ended. */
export interface End {
  readonly at: number;
  readonly tap?: string;
  readonly cause?: string;
  readonly closedBy?: string;
  readonly hop?: string | null;
  readonly certainty?: string;
  readonly refusal?: string | null;
  readonly idleMs?: number | null;
  readonly lifetimeMs?: number;
  readonly together?: number | null;
  readonly witness?: string;
  readonly keepaliveMs?: number | null;
}

let made = 0;

/** Records a connection that ended so. */
export function end(journal: Journal, ended: End): void {
  const id = `e${made++}`;
  const { tap = 'inner', keepaliveMs = null, at, witness = null, ...rest } = ended;
  const interval = { client: keepaliveMs, server: keepaliveMs };
  const own = { ...head(id), tap: { name: tap, behind: null, before: null }, keepaliveMs: interval };
  const number = journal.opened(own, CLIENT);
  journal.ended(number, at, emptyTotals(T0));
  const json = JSON.stringify({ connection: id, witness });
  journal.verdict(number, {
    ...{ closedBy: 'proxy', hop: 'nginx', cause: 'proxy-idle-timeout', certainty: 'likely', refusal: null },
    ...{ idleMs: 60_000, lifetimeMs: 1000, together: null, ...rest, closedAt: at, json },
  });
}

/** The summary of a journal with these and no others. */
export async function summaryOf(ends: readonly End[], query: ConnectionQuery = {}): Promise<ArchivedSummary> {
  const folder = newFolder();
  const { journal } = await openJournal(folder);
  for (const one of ends) end(journal, one);
  await journal.flushed();
  return await openArchive(folder).summary(query);
}

export const sum = (numbers: Iterable<number | undefined>): number =>
  [...numbers].reduce<number>((a, b) => a + (b ?? 0), 0);
export const inBuckets = (buckets: readonly Pick<IdleBucket, 'counts'>[]): number =>
  sum(buckets.flatMap(({ counts }) => Object.values(counts)));
