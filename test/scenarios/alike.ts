import type { Path, PathSpec } from './path.ts';
import type { Expected, Scene } from './scenes.ts';

/** One cause among those that a tap cannot tell apart (GROUND-TRUTH §14). */
export interface Member {
  readonly name: string;
  readonly path: PathSpec;
  readonly play: (path: Path) => Promise<unknown>;
  readonly count?: number;
  readonly timerMs?: number;
}

/** Each member of a group gets the same verdict. */
export const alike = (group: string, verdict: Expected, members: readonly Member[]): Scene[] =>
  members.map(({ name, ...member }) => ({ ...member, name: `${group}: ${name}`, verdict }));
