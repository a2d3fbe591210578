import type { Directive } from '../parse/tree.ts';
import type { RequestState } from './state.ts';
import { argument, childrenOf, positionOf, written } from './tree.ts';
import type { Effective } from './types.ts';

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

/** Sets no directive that anybody asks for here. */
const TYPES = /(?:^|[\\/])mime\.types$/;

/** The http block around a piece. */
const AROUND = 'the http block around this file';

/** @returns whether a location of the server, or one within the location, may stand in what was not given */
export const mayHoldLocations = ({ scope }: Effective): boolean =>
  pathsIn(scope.filter(({ name }) => name === 'server' || name === 'location')).length > 0;

/** @returns what was not given and is, or may be, around the request's place, as it is called in the configuration */
export function notGiven({ scope }: Effective): string[] {
  const around = scope[0]?.name === 'http' ? [] : [AROUND];
  return [...around, ...new Set(pathsIn(scope))];
}

/**
 * @param name of a directive that is inherited @param isList whether lines that stand beside those in force add to them
 * @returns whether something that was not given may set it further in than the line in force
 */
export function mayBeSetUnread(effective: Effective, name: string, isList = false): boolean {
  const { scope } = effective;
  const level = effective.all(name)[0]?.parent ?? null;
  if (level === null && effective.all(name).length === 0) return notGiven(effective).length > 0;
  const from = level === null ? -1 : scope.indexOf(level);
  return pathsIn(scope.slice(Math.max(0, isList ? from : from + 1))).length > 0;
}

const pathsIn = (blocks: readonly Directive[]): string[] =>
  blocks
    .flatMap(unreadIncludes)
    .map((include) => argument(include, 0))
    .filter((path) => !TYPES.test(path));
