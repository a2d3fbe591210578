import type { Directive, Position } from '../parse/tree.ts';
import { positionOf, within } from '../resolve/tree.ts';
import type { Resolution } from '../resolve/types.ts';

/** @returns the last line of these names in the server that the request has met on its way; null where there is none */
export function lastMet(server: Directive, { steps }: Resolution, names: readonly string[]): Directive | null {
  const lines = [...within(server)].filter(({ name }) => names.includes(name));
  for (const { at } of steps.toReversed()) {
    const met = lines.find((line) => at !== null && isSamePlace(positionOf(line), at));
    if (met !== undefined) return met;
  }
  return null;
}

const isSamePlace = (a: Position, b: Position): boolean =>
  a.file === b.file && a.line === b.line && a.column === b.column;
