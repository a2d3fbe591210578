/** What a picture shows, as a table. */
export interface TableData {
  readonly caption: string;
  readonly head: readonly string[];
  /** As many cells as the head; the first one names the row. */
  readonly rows: readonly (readonly string[])[];
}
