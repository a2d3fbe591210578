import type { Directive } from '../parse/tree.ts';
import type { RequestState } from './state.ts';
import { childrenOf, named, positionOf, written } from './tree.ts';

/**
 * An `include` that brought nothing was not given, or is empty; from the tree alone both look the same. In a server, a
 * location or a map it may hold what decides.
 */
export function unreadIncludes(block: Directive): readonly Directive[] {
  const children = childrenOf(block);
  const includes = named(children, 'include');
  if (includes.length === 0) return includes;
  const brought = new Set(children.map(({ includedBy }) => includedBy));
  return includes.filter((include) => !brought.has(include));
}

/** Said once for each, however often the request comes by. */
export function sayUnread(block: Directive, state: RequestState): void {
  for (const include of unreadIncludes(block)) {
    const step = {
      says: `${written(include)} brought nothing: what it may hold is not known`,
      at: positionOf(include),
    };
    if (!state.steps.some(({ says }) => says === step.says)) state.steps.push(step);
  }
}
