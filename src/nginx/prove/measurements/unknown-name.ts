import type { Scope } from '../copy/place.ts';
import type { Site } from '../sites.ts';
import type { Trials } from '../trials.ts';

/** Who answers on an address when the name asked for is nobody's. */
export interface UnknownNameResult {
  readonly address: string;
  readonly status: number | null;
  /** The block that answered; null where nginx logged none. */
  readonly scope: Scope | null;
}

const NOBODYS = 'nobodys-name.invalid';

export async function measureUnknownName(trials: Trials, site: Site): Promise<UnknownNameResult> {
  const trial = await trials.plain({ ...site, host: NOBODYS, serverName: NOBODYS }, 'GET', '/', null);
  const answered = await trials.closed(trial);
  return { address: site.listener.address, status: trial.answer?.status ?? null, scope: answered?.scope ?? null };
}
