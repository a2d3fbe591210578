import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import {
  type ListShape,
  listHeight,
  MOST_PX,
  type RowWindow,
  rowWindow,
  scrollToRow,
} from '../../parts/virtual-list.ts';

/** Rows above a row that was jumped to, so that what led to it is seen too. */
const LEAD_ROWS = 3;
const UNMEASURED = { rowHeight: 30, viewport: 400 };
/** Closer than this to the end counts as there: fractions of a px are lost on the way through the browser. */
const END_PX = 3;

export interface VirtualRows {
  /** For the element that scrolls. */
  readonly ref: { current: HTMLTableElement | null };
  readonly window: RowWindow;
  /** First and last row that the reader sees at least half of. */
  readonly seen: { readonly first: number; readonly last: number };
  readonly atEnd: boolean;
  /** `jump` puts a row near the top, else the list moves as little as can be. */
  show(row: number, how?: 'jump'): void;
  toEnd(): void;
}

/**
 * The scrolling of a long list in an element whose style says how high a row (`--row`) and its head (`--head`) are.
 * A list that is left at its end follows it; otherwise the reader stays where he is, whatever is added below.
 *
 * @param total rows @param start row to begin with; null: the end
 */
export function useVirtualRows(total: number, start: number | null): VirtualRows {
  const ref = useRef<HTMLTableElement>(null);
  /** null until it has been measured. */
  const [size, resize] = useState<Pick<ListShape, 'rowHeight' | 'viewport'> | null>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const shape: ListShape = { total, ...(size ?? UNMEASURED) };
  const latest = useRef(shape);
  latest.current = shape;
  /** What is kept when rows are added or change their height: the end (null), or the row that is first seen. */
  const kept = useRef(start === null ? null : Math.max(0, start - LEAD_ROWS));

  const scrolled = useCallback(() => {
    const top = ref.current?.scrollTop ?? 0;
    kept.current = isAtEnd(top, latest.current) ? null : seenRows(top, latest.current).first;
    setScrollTop(top);
  }, []);

  const scroll = useCallback(
    (top: number) => {
      if (ref.current !== null) ref.current.scrollTop = top;
      scrolled();
    },
    [scrolled],
  );

  const isStretched = total * shape.rowHeight > MOST_PX;
  const lastSize = useRef(size);
  useLayoutEffect(() => {
    if (size === null) return;
    // Rows that are added below move nothing, unless each px of the scroll bar stands for more of the list by then.
    const mustMove = lastSize.current !== size || isStretched;
    lastSize.current = size;
    if (kept.current === null) scroll(listHeight({ total, ...size }));
    else if (mustMove) scroll(scrollToRow(kept.current, Number.POSITIVE_INFINITY, { total, ...size }));
  }, [total, size, isStretched, scroll]);

  useLayoutEffect(() => {
    const box = ref.current;
    if (box === null) return undefined;
    const measure = (): void => {
      const style = getComputedStyle(box);
      const rowPx = Number.parseFloat(style.getPropertyValue('--row')) || 30;
      const headPx = Number.parseFloat(style.getPropertyValue('--head')) || 0;
      const viewportPx = Math.max(rowPx, box.clientHeight - headPx);
      resize((old) =>
        old?.rowHeight === rowPx && old.viewport === viewportPx ? old : { rowHeight: rowPx, viewport: viewportPx },
      );
    };
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    box.addEventListener('scroll', scrolled, { passive: true });
    measure();
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', scrolled);
    };
  }, [scrolled]);

  const show = useCallback(
    (row: number, how?: 'jump') => {
      const [target, from] =
        how === 'jump' ? [Math.max(0, row - LEAD_ROWS), Number.POSITIVE_INFINITY] : [row, ref.current?.scrollTop ?? 0];
      scroll(scrollToRow(target, from, latest.current));
    },
    [scroll],
  );
  const toEnd = useCallback(() => scroll(listHeight(latest.current)), [scroll]);
  return {
    ref,
    window: rowWindow(scrollTop, shape),
    seen: seenRows(scrollTop, shape),
    atEnd: isAtEnd(scrollTop, shape),
    show,
    toEnd,
  };
}

const isAtEnd = (scrollTop: number, shape: ListShape): boolean =>
  scrollTop + shape.viewport >= listHeight(shape) - END_PX;

function seenRows(scrollTop: number, shape: ListShape): { first: number; last: number } {
  const { first, padTop } = rowWindow(scrollTop, shape, 0);
  const top = first + Math.round((scrollTop - padTop) / shape.rowHeight);
  const rows = Math.max(1, Math.floor(shape.viewport / shape.rowHeight));
  return { first: top, last: Math.min(shape.total, top + rows) - 1 };
}
