import type { TableData } from './table.ts';

/** What a click on the name of a row does. @param row from 0 */
export type RowAction = (row: number) => void;

const NUMBER = /^[\d.,–]+$/;

export function DataTable({ table, action }: { table: TableData; action?: RowAction | undefined }) {
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
                {action === undefined ? (
                  name
                ) : (
                  <button type="button" class="pic-link" onClick={() => action(row)}>
                    {name}
                  </button>
                )}
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
