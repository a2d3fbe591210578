import { type Clockwork, EmptyRow, EndRow, FrameRow, rowId, SilenceRow } from './FrameRow.tsx';
import type { FrameWindows } from './frame-windows.ts';
import { roundTripMs } from './frame-words.ts';
import { rowAt, rowOfPlace, type Silence, silenceBefore } from './silences.ts';
import type { VirtualRows } from './virtual-rows.ts';

/** What stands below the last frame of a connection that has ended. */
export interface ListEnd {
  readonly at: number;
  readonly party: string;
  readonly says: string;
}

/**
 * The list as one grid with one tab stop: a table whose body is as high as all rows would be, of which those in sight
 * are there.
 */
export function FrameTable({
  windows,
  silences,
  end,
  control,
  rows,
  view,
  active,
  clockwork,
  onKey,
  onPick,
}: {
  windows: FrameWindows;
  silences: readonly Silence[];
  end: ListEnd | null;
  control: boolean;
  rows: number;
  view: VirtualRows;
  active: number | null;
  clockwork: Clockwork;
  onKey(event: KeyboardEvent): void;
  onPick(place: number): void;
}) {
  // The whole list has rows for its silences; the one without control frames knows neighbours only, and marks the frame.
  const marks = !control;
  const { first, count, padTop, padBottom } = view.window;
  const activeRow = active === null ? -1 : rowOfPlace(active, silences);
  const isDrawn = activeRow >= first && activeRow < first + count;
  const pick = (event: MouseEvent): void => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-place]') : null;
    if (row !== null) onPick(Number(row.dataset.place));
  };
  return (
    <table
      ref={view.ref}
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table to walk through (ARIA 1.2, grid)
      role="grid"
      class="frame-grid"
      tabIndex={0}
      aria-labelledby="frames-title"
      aria-rowcount={rows + 1}
      aria-colcount={6}
      aria-activedescendant={active !== null && isDrawn ? rowId(active) : undefined}
      onKeyDown={onKey}
      onClick={pick}
    >
      <thead>
        <tr aria-rowindex={1}>
          <th scope="col">{clockwork.close === null ? 'time' : 'before the close'}</th>
          <th scope="col">from</th>
          <th scope="col">opcode</th>
          <th scope="col" class="size">
            bytes
          </th>
          <th scope="col">flags</th>
          <th scope="col">meaning</th>
        </tr>
      </thead>
      <tbody style={{ paddingTop: `${padTop}px`, paddingBottom: `${padBottom}px` }}>
        {Array.from({ length: count }, (_, i) => {
          const row = first + i;
          if (end !== null && row === rows - 1) return <EndRow key="end" row={row} clockwork={clockwork} {...end} />;
          const is = rowAt(row, silences);
          if (is.kind === 'silence') return <SilenceRow key={`silence ${is.place}`} row={row} ms={is.ms} />;
          const { place } = is;
          const frame = windows.frameAt(place);
          if (frame === undefined) return <EmptyRow key={place} row={row} place={place} gone={windows.isGone(place)} />;
          return (
            <FrameRow
              key={place}
              row={row}
              place={place}
              frame={frame}
              active={place === active}
              clockwork={clockwork}
              roundTripMs={roundTripMs(place, windows.frameAt)}
              silenceMs={marks ? silenceBefore(frame, windows.frameAt(place - 1)) : null}
            />
          );
        })}
      </tbody>
    </table>
  );
}
