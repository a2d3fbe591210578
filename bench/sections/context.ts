import type { ContenderName } from '../contenders/contender.ts';

/** What every section gets. */
export interface BenchContext {
  readonly quick: boolean;
  readonly contenders: readonly ContenderName[];
  /** NODE_OPTIONS of hangup's process alone. */
  readonly hangupNodeOptions: string;
  /** Progress. */
  readonly say: (text: string) => void;
}
