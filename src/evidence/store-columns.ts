import type { SQLOutputValue } from 'node:sqlite';
import { JournalError } from './journal-error.ts';

/** One row as node:sqlite gives it. The functions below read a column as what the schema says it is. */
export type Columns = Record<string, SQLOutputValue>;

function unexpected(column: string, value: SQLOutputValue | undefined): JournalError {
  return new JournalError(
    'corrupt',
    `the journal is damaged (column ${column} holds ${typeof value}): move journal.db away and a new one is started`,
  );
}

export function numberIn(row: Columns, column: string): number {
  const value = row[column];
  if (typeof value === 'number') return value;
  throw unexpected(column, value);
}

export function numberOrNullIn(row: Columns, column: string): number | null {
  return row[column] === null ? null : numberIn(row, column);
}

export function textIn(row: Columns, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw unexpected(column, value);
}

export function textOrNullIn(row: Columns, column: string): string | null {
  return row[column] === null ? null : textIn(row, column);
}

export function bytesIn(row: Columns, column: string): Uint8Array {
  const value = row[column];
  if (value instanceof Uint8Array) return value;
  throw unexpected(column, value);
}
