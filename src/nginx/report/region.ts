import type { Span } from '../parse/tree.ts';

/** A span as editors count it: lines and columns from 1, columns in characters, the end one past the last. */
export interface Region {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export function regionOf({ source, start, end }: Span): Region {
  const from = source.position(start);
  const to = source.position(end);
  return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}
