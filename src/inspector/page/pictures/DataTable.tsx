import type { Span } from './bars.ts';
import type { OnSpan } from './choosing.ts';
import type { TableData } from './table.ts';

const NUMBER = /^[\d.,–]+$/;

/** @param onSpan what a click on the name of a row does that stands for a span */
export function DataTable({ table, onSpan }: { table: TableData; onSpan: OnSpan | undefined }) {
  const [named = '', ...others] = table.head;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it with the arrow keys
    <section class="pic-scroll" tabIndex={0} aria-label={`Table: ${table.caption}`}>
      <table>
        <caption>{table.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{named}</th>
            {others.map((name) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map(([name = '', ...cells], row) => (
            // Rows have no identity but their place: they are made anew from each summary.
            <tr key={row}>
              <th scope="row">
                <RowName name={name} span={table.spans?.[row]} onSpan={onSpan} />
              </th>
              {cells.map((cell, column) => (
                <td key={column} data-number={NUMBER.test(cell)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function RowName({ name, span, onSpan }: { name: string; span: Span | undefined; onSpan: OnSpan | undefined }) {
  if (onSpan === undefined || span === undefined) return name;
  return (
    <button type="button" class="pic-link" onClick={() => onSpan(span.from, span.to)}>
      {name}
    </button>
  );
}
