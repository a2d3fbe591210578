import { type Budget, type Cell, isMet, type SectionResult } from './result.ts';

/** Digits that a number is shown with: no measurement here is good to more. */
const DIGITS = 3;

/** A section as text: title, table, budgets, notes. */
export function sectionText({ title, columns, rows, budgets, notes }: SectionResult): string {
  const table = aligned([columns, ...rows.map((row) => row.map(cellText))]);
  const verdicts = aligned(budgets.map(budgetCells));
  return [title, ...indented(table), ...indented(verdicts), ...indented(notes.map((note) => `* ${note}`))].join('\n');
}

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

const budgetCells = (budget: Budget): string[] => [
  isMet(budget) ? 'ok' : 'MISSED',
  budget.what,
  withUnit(budget.measured, budget.unit),
  `${budget.bound} ${withUnit(budget.limit, budget.unit)}`,
];

const withUnit = (value: number, unit: string): string => `${cellText(value)}${unit === '×' ? '×' : ` ${unit}`}`;

function cellText(cell: Cell): string {
  if (cell === null || (typeof cell === 'number' && Number.isNaN(cell))) return '–';
  return typeof cell === 'string' ? cell : numberText(cell);
}

/** 1234567 → 1,234,567; 12.345 → 12.3; 0.98765 → 0.988; 1 → 1.00 */
function numberText(value: number): string {
  if (Math.abs(value) >= 10 ** (DIGITS - 1) || value === 0) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(DIGITS);
}

/** Columns side by side, names to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, { length }] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, length);
  }
  return rows.map((row) =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const padded = (cell: string, width: number): string =>
  /^[\d–-]/.test(cell) ? cell.padStart(width) : cell.padEnd(width);
