import type { Span } from './bars.ts';

/** What a picture shows, as a table. */
export interface TableData {
  readonly caption: string;
  readonly head: readonly string[];
  /** As many cells as the head; the first one names the row. */
  readonly rows: readonly (readonly string[])[];
  /** What the rows stand for, where that can be chosen. */
  readonly spans?: readonly Span[];
}
