import type { Site, SocketPath } from '../sites.ts';
import type { Trials } from '../trials.ts';

/** What the client is told when the backend refuses an upgrade: a page of a foreign Origin tries one. */
export interface RefusalResult {
  /** What the backend answered; null where it was not asked. */
  readonly backend: number | null;
  readonly client: number | null;
}

const FOREIGN = 'https://foreign-page.invalid';

export async function measureRefusal(trials: Trials, site: Site, path: SocketPath | null): Promise<RefusalResult> {
  if (path === null) return { backend: null, client: null };
  const trial = await trials.upgrade({ ...site, origin: FOREIGN }, path);
  trial.client?.close();
  return { backend: trial.received()?.status ?? null, client: trial.answer?.status ?? null };
}
