import type { SectionName } from '../options.ts';

/** One line of DESIGN.md's budget table, measured. */
export interface Budget {
  readonly what: string;
  readonly measured: number;
  readonly limit: number;
  readonly bound: 'at most' | 'at least';
  /** `×` for a ratio. */
  readonly unit: string;
}

export type Cell = string | number | null;

export interface SectionResult {
  readonly section: SectionName;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly budgets: readonly Budget[];
  /** What was left out and why, and how to read the table. */
  readonly notes: readonly string[];
}

export const isMet = ({ measured, limit, bound }: Budget): boolean =>
  bound === 'at most' ? measured <= limit : measured >= limit;

/** A section as it is filled, a line at a time. */
export class SectionDraft {
  readonly budgets: Budget[] = [];
  readonly rows: Cell[][] = [];
  readonly notes: string[] = [];

  row(...cells: Cell[]): void {
    this.rows.push(cells);
  }

  /** Without a measurement (a contender that is not here) there is nothing to judge. */
  atMost(limit: number, unit: string, what: string, measured: number): void {
    this.#judge({ what, measured, limit, bound: 'at most', unit });
  }

  atLeast(limit: number, unit: string, what: string, measured: number): void {
    this.#judge({ what, measured, limit, bound: 'at least', unit });
  }

  #judge(budget: Budget): void {
    if (!Number.isNaN(budget.measured)) this.budgets.push(budget);
  }

  done(section: SectionName, title: string, columns: readonly string[]): SectionResult {
    const { rows, budgets, notes } = this;
    return { section, title, columns, rows, budgets, notes };
  }
}
