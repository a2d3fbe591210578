import type { Directive } from '../parse/tree.ts';
import type { Finding } from '../rules/rule.ts';
import type { Measured, SiteResult } from './measure.ts';
import type { UpgradeResult } from './measurements/upgrade.ts';

/**
 * What is said about one claim, and from what. A claim is refuted only by a measurement of the very thing that it
 * says; what is a risk, or a matter of outside servers, is not testable.
 */
export type Verdict = 'confirmed' | 'refuted' | 'not testable';

export interface Ruling {
  readonly verdict: Verdict;
  /** The measurement that says so, or why there is none. */
  readonly says: string;
}

export interface Asked {
  readonly site: SiteResult;
  readonly upgrade: UpgradeResult;
}

export interface Evidence {
  readonly finding: Finding;
  /** The sites that the finding is about. */
  readonly sites: readonly SiteResult[];
  /** The upgrades that it is about. */
  readonly asked: readonly Asked[];
  /** Those, and the ones of its servers' other addresses, where no backend is asked. */
  readonly askedAnywhere: readonly Asked[];
  readonly measured: Measured;
  readonly scale: number;
  /** The server blocks in which it stands; none for what is outside of them. */
  readonly servers: ReadonlySet<Directive>;
}

export const confirmed = (says: string): Ruling => ({ verdict: 'confirmed', says });
export const refuted = (says: string): Ruling => ({ verdict: 'refuted', says });
export const untestable = (says: string): Ruling => ({ verdict: 'not testable', says });

/** One thing that a measurement shows. */
export interface Shown {
  readonly wrong: boolean;
  readonly says: string;
}
