import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { CheckAnswer, CheckedFile } from '../../api.ts';
import { useVirtualRows } from '../connection/frames/virtual-rows.ts';
import { SIGNS } from './items.ts';
import { drawn, linesOf, longestOf, type Marked, markedLines, messagesOf, type Remark } from './remarks.ts';
import { SourceRows } from './source-rows.ts';
import { active, goal, items, lookAt } from './store.ts';
import './source.css';

/** Until it has been measured: what a narrow telephone shows. */
const FEW_COLUMNS = 40;
/** Characters in the probe by which the width of one is measured. */
const PROBE = '0'.repeat(40);

/** The lines of a file, numbered; what was found stands under its line. */
export function Source({ file, notes }: { file: CheckedFile; notes: CheckAnswer['notes'] }) {
  const { name, text } = file;
  const { value: found } = items;
  const probe = useRef<HTMLSpanElement>(null);
  const [columns, setColumns] = useState<number | null>(null);
  const lines = useMemo(() => linesOf(text), [text]);
  const remarks = useMemo(
    () => messagesOf(name, lines.length, found, notes, columns ?? FEW_COLUMNS),
    [name, lines, found, notes, columns],
  );
  const marks = useMemo(() => markedLines(name, found), [name, found]);
  const rows = useMemo(() => new SourceRows(lines.length, remarks), [lines, remarks]);
  const view = useVirtualRows(rows.total, 0);
  const { ref, show } = view;

  useLayoutEffect(() => {
    const box = ref.current;
    if (box === null) return undefined;
    const measure = (): void => {
      const one = (probe.current?.offsetWidth ?? 0) / PROBE.length;
      const gutter = box.querySelector<HTMLElement>('.gutter')?.offsetWidth ?? 0;
      if (one > 0) setColumns(Math.max(20, Math.floor((box.clientWidth - gutter) / one) - 5));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    measure();
    return () => observer.disconnect();
  }, [ref]);

  const { value: wanted } = goal;
  const reached = useRef<typeof wanted>(null);
  useEffect(() => {
    // Once: who has scrolled on since is not called back when the window changes its width.
    if (wanted === null || columns === null || reached.current === wanted) return;
    reached.current = wanted;
    show(rows.rowOf(wanted.line), 'jump');
  }, [wanted, columns, rows, show]);

  const { first, count, padTop, padBottom } = view.window;
  const digits = String(lines.length).length;
  return (
    <div class="source-box">
      <span class="probe mono" ref={probe} aria-hidden="true">
        {PROBE}
      </span>
      <table
        id="check-source"
        ref={ref}
        class="source mono"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard (axe, scrollable-region-focusable)
        tabIndex={0}
        aria-labelledby="source-title"
        aria-rowcount={rows.total}
        style={{ '--digits': String(digits), '--letters': String(longestOf(lines)) }}
      >
        <tbody style={{ paddingTop: `${padTop}px`, paddingBottom: `${padBottom}px` }}>
          {Array.from({ length: count }, (_, i) => {
            const row = rows.at(first + i);
            if (row.kind === 'line') {
              const { line } = row;
              return (
                <Line
                  key={line}
                  row={first + i}
                  line={line}
                  text={lines[line - 1] ?? ''}
                  marked={marks.get(line)}
                  wanted={wanted?.line === line}
                />
              );
            }
            const remark = remarks[row.message];
            if (remark === undefined) return null;
            return <Part key={`${row.message} ${row.part}`} row={first + i} remark={remark} part={row.part} />;
          })}
        </tbody>
      </table>
    </div>
  );
}

function Line({
  row,
  line,
  text,
  marked,
  wanted,
}: {
  row: number;
  line: number;
  text: string;
  marked: Marked | undefined;
  wanted: boolean;
}) {
  const [before, mark, after] = marked === undefined ? [drawn(text), '', ''] : marked.split(text);
  return (
    <tr aria-rowindex={row + 1} data-severity={marked?.severity} data-wanted={wanted}>
      <th scope="row" class="gutter">
        {marked !== undefined && <span title={marked.severity}>{SIGNS[marked.severity]}</span>}
        {line}
      </th>
      <td>
        {before}
        {mark !== '' && <mark>{mark}</mark>}
        {after}
      </td>
    </tr>
  );
}

function Part({ row, remark, part }: { row: number; remark: Remark; part: number }) {
  const { severity, parts, item } = remark;
  return (
    <tr
      class="remark"
      aria-rowindex={row + 1}
      data-severity={severity}
      data-active={item !== null && item === active.value}
      onClick={item === null ? undefined : () => lookAt(item)}
    >
      <td class="gutter">{part === 0 && <span class="hidden">{severity}</span>}</td>
      <td>
        <span>
          {part === 0 ? `${SIGNS[severity]} ` : '  '}
          {parts[part]}
        </span>
      </td>
    </tr>
  );
}
