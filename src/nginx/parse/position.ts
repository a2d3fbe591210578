/** Where something stands: what an editor shows, line and column from 1, the column in characters. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
