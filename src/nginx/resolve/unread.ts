import type { Directive } from '../parse/tree.ts';
import type { RequestState } from './state.ts';
import { childrenOf, positionOf, written } from './tree.ts';

/** An `include` whose files were not given: in a server, a location or a map it may hold what decides. */
export const unreadIncludes = (block: Directive): readonly Directive[] =>
  childrenOf(block).filter(({ unread }) => unread);

/** Said once for each, however often the request comes by. */
export function sayUnread(block: Directive, state: RequestState): void {
  for (const include of unreadIncludes(block)) {
    const step = {
      says: `${written(include)} was not given: what it may hold is not known`,
      at: positionOf(include),
    };
    if (!state.steps.some(({ says }) => says === step.says)) state.steps.push(step);
  }
}
