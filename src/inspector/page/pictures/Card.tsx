import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { counted } from './about.ts';
import type { OnSpan } from './choosing.ts';
import { DataTable } from './DataTable.tsx';
import type { TableData } from './table.ts';

interface CardProps {
  readonly title: string;
  /** How to read it, in a few words. */
  readonly hint: string;
  /** What it says; null: there is nothing to draw yet, and `empty` says so. */
  readonly summary: string | null;
  readonly empty: string;
  readonly tables: () => readonly TableData[];
  /** What the rows of a table choose that stand for a span. */
  readonly onSpan?: OnSpan | undefined;
  /** @param says id of the sentence that describes the picture */
  readonly children: (says: string) => ComponentChildren;
}

/** A picture with its sentence, and the same as a table. */
export function Card({ title, hint, summary, empty, children, ...table }: CardProps) {
  const id = useId();
  return (
    <section class="pic-card" aria-labelledby={`${id}-title`}>
      <header>
        <h3 id={`${id}-title`}>{title}</h3> <span class="pic-hint">{hint}</span>
      </header>
      {summary === null ? (
        <p class="pic-empty">{empty}</p>
      ) : (
        <>
          <p id={`${id}-says`} class="pic-says">
            {summary}
          </p>
          <div class="pic-body">{children(`${id}-says`)}</div>
          <AsTable of={title} {...table} />
        </>
      )}
    </section>
  );
}

type AsTableProps = Pick<CardProps, 'tables' | 'onSpan'> & { readonly of: string };

/** The rows are made when they are asked for: the pictures change every few seconds while traffic flows. */
function AsTable({ of, tables, onSpan }: AsTableProps) {
  const [open, setOpen] = useState(false);
  return (
    <details class="pic-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        as a table<span class="pic-hidden">: {of}</span>
      </summary>
      {open && tables().map((table) => <DataTable key={table.caption} table={table} onSpan={onSpan} />)}
    </details>
  );
}

/** What found no room in a picture. */
export const moreWords = (count: number, what: string): string =>
  count > 0 ? `${counted(count, `more ${what}`)} in the table.` : '';
