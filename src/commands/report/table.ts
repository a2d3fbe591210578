import type { Paint, Tone } from './paint.ts';
import { columnsOf, cut, padEnd, padStart, wrap } from './width.ts';

/** A table for a terminal: one line of cells a row and, below it, a sentence that has the whole width. Pure. */

export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** May be cut down to so many columns before any column is left out. */
  readonly least?: number;
  /** Columns with the lowest number are left out first where the terminal is narrow; without it a column always stays. */
  readonly dispensable?: number;
}

export interface Row {
  /** One for each column; plain, harmless text. */
  readonly cells: readonly string[];
  /** Tones of cells by the title of their column. */
  readonly tones?: Readonly<Record<string, Tone>>;
  /** What the second line begins with, faintly. */
  readonly tag: string;
  readonly sentence: string;
}

const GAP = '  ';
const INDENT = '  ';
/** A sentence narrower than this reads worse than one that the terminal wraps. */
const LEAST_SENTENCE = 24;

/** @param width of the terminal, in columns */
export function renderTable(columns: readonly Column[], rows: readonly Row[], width: number, paint: Paint): string[] {
  const widths = columnWidths(columns, rows, width);
  const line = (cells: readonly string[], tone: (title: string) => Tone | undefined): string =>
    columns
      .flatMap(({ title, align }, i) => {
        const columnWidth = widths[i] ?? 0;
        if (columnWidth === 0) return [];
        const text = cut(cells[i] ?? '', columnWidth);
        const padded = align === 'right' ? padStart(text, columnWidth) : padEnd(text, columnWidth);
        const chosen = tone(title);
        return [chosen === undefined ? padded : paint(chosen, padded)];
      })
      .join(GAP)
      .trimEnd();
  const titles = line(
    columns.map(({ title }) => title),
    () => undefined,
  );
  return [
    paint('strong', titles),
    ...rows.flatMap(({ cells, tones, tag, sentence }) => [
      line(cells, (title) => tones?.[title]),
      ...secondLine(tag, sentence, width, paint),
    ]),
  ];
}

function secondLine(tag: string, sentence: string, width: number, paint: Paint): string[] {
  const hanging = INDENT.length + columnsOf(tag) + GAP.length;
  const [first = '', ...rest] = wrap(sentence, Math.max(LEAST_SENTENCE, width - hanging));
  return [`${INDENT}${paint('faint', tag)}${GAP}${first}`, ...rest.map((line) => ' '.repeat(hanging) + line)];
}

/** @returns the width of each column; 0 for one that is left out */
function columnWidths(columns: readonly Column[], rows: readonly Row[], width: number): number[] {
  const widths = columns.map(({ title }, i) =>
    Math.max(columnsOf(title), ...rows.map(({ cells }) => columnsOf(cells[i] ?? ''))),
  );
  const excess = (): number => {
    const shown = widths.filter((one) => one > 0);
    return shown.reduce((sum, one) => sum + one, 0) + GAP.length * (shown.length - 1) - width;
  };
  for (const [i, { least }] of columns.entries()) {
    const natural = widths[i] ?? 0;
    if (least !== undefined && excess() > 0) widths[i] = Math.max(Math.min(least, natural), natural - excess());
  }
  const byNeed = [...columns.entries()]
    .flatMap(([i, { dispensable }]) => (dispensable === undefined ? [] : [{ i, dispensable }]))
    .sort((a, b) => a.dispensable - b.dispensable);
  for (const { i } of byNeed) if (excess() > 0) widths[i] = 0;
  return widths;
}
