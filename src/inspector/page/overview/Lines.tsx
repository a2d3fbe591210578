import { useComputed } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { grouped } from '../../../words/times.ts';
import { scrollToRow } from '../parts/virtual-list.ts';
import { Body } from './Body.tsx';
import { actOn, clickAt, keyAt } from './line-acts.ts';
import { lineFor } from './line-keys.ts';
import { keyOf } from './mass-close.ts';
import { reader, showNews } from './news.ts';
import { items, listing, loading, loadMore, loads, stale } from './store.ts';
import {
  active,
  end,
  focusActive,
  height,
  isSameList,
  keepFocus,
  measure,
  openOnScreen,
  rowHeight,
  scrollTop,
  shape,
} from './viewport.ts';

/** Rows before the end of what is loaded at which the next page is asked for. */
const AHEAD = 60;
/** A hand that rests on the mouse for this long holds nothing still any more, in ms. */
const HAND_RESTS_MS = 4000;

/** `about`: what a column's figures are, for those who hear it. */
const COLUMNS: readonly { readonly title: string; readonly about?: string }[] = [
  { title: 'closed' },
  { title: 'who · client' },
  { title: 'path' },
  { title: 'verdict' },
  { title: 'why' },
  { title: 'silence' },
  { title: 'lived' },
  { title: 'frames c / s', about: 'from the client / from the server' },
  { title: 'ping c / s', about: 'last round trip to the client / to the server' },
];

/** The lines: a tree grid of which only what is seen, and a little more, is in the document. */
export function Lines() {
  const box = useRef<HTMLDivElement>(null);
  const table = useRef<HTMLTableElement>(null);
  const head = useRef<HTMLTableSectionElement>(null);
  const handMoved = useRef(Number.NEGATIVE_INFINITY);

  useLayoutEffect(() => {
    const { current: scroller } = box;
    const { current: heading } = head;
    if (scroller === null || heading === null) return undefined;
    const read = () => measure(scroller, heading);
    read();
    const resized = new ResizeObserver(read);
    resized.observe(scroller);
    reader.seesOpen = () => openOnScreen(scroller, heading);
    reader.mayMove = () =>
      scroller.scrollTop < rowHeight.peek() &&
      !scroller.contains(document.activeElement) &&
      performance.now() - handMoved.current > HAND_RESTS_MS;
    return () => {
      resized.disconnect();
      reader.seesOpen = () => [];
      reader.mayMove = () => true;
    };
  }, []);

  const { value: list } = loads;
  useLayoutEffect(() => {
    const cameBack = isSameList(list);
    if (box.current !== null) box.current.scrollTop = scrollTop.peek();
    // `main` has it after a change of view; in a field it is wanted there.
    if (cameBack && document.activeElement?.matches('body, main')) focusSoon();
  }, [list]);

  const nearEnd = useComputed(() => end.value > items.value.length - AHEAD).value;
  const { next } = listing.value;
  useEffect(() => {
    if (nearEnd) void loadMore();
  }, [nearEnd, next]);

  const moveTo = (index: number) => {
    const { current: scroller } = box;
    const item = items.peek()[index];
    if (scroller === null || item === undefined) return;
    const to = scrollToRow(index, scroller.scrollTop, shape.peek());
    if (to !== scroller.scrollTop) scroller.scrollTop = to;
    scrollTop.value = scroller.scrollTop;
    active.value = keyOf(item);
    focusSoon();
  };

  // By then the line is drawn.
  const focusSoon = () => requestAnimationFrame(() => focusActive(table.current));

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const all = items.peek();
    const index = all.findIndex((item) => keyOf(item) === active.peek());
    const page = Math.floor(height.peek() / rowHeight.peek());
    const to = lineFor(event.key, index, all.length, page);
    const item = all[index];
    if (to !== null) moveTo(to);
    else if (item === undefined || !actOn(event.key, item, moveTo)) return;
    event.preventDefault();
  };

  const show = () => {
    showNews();
    if (box.current !== null) box.current.scrollTop = 0;
    scrollTop.value = 0;
  };

  const held = listing.value.held.length;
  const waits = stale.value ? 'the list has changed: show it' : held === 0 ? null : `${grouped(held)} new`;
  return (
    <div class="list">
      <div role="status" class="waits">
        {waits !== null && (
          <button type="button" class="button primary" onClick={show}>
            {waits}
          </button>
        )}
      </div>
      <div
        class="scroller"
        ref={box}
        style={{ '--row-height': `${rowHeight.value}px` }}
        onScroll={({ currentTarget }) => {
          scrollTop.value = currentTarget.scrollTop;
        }}
        onPointerMove={() => {
          handMoved.current = performance.now();
        }}
        onPointerLeave={() => {
          handMoved.current = Number.NEGATIVE_INFINITY;
        }}
      >
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: ARIA's own examples of a treegrid are tables
          role="treegrid"
          aria-labelledby="connections-title"
          aria-busy={loading.value === 'first'}
          aria-rowcount={next === null ? items.value.length + 1 : -1}
          ref={table}
          tabIndex={-1}
          onClick={({ target }) => clickAt(target)}
          onKeyDown={onKeyDown}
          onFocusIn={({ target }) => {
            active.value = keyAt(target) ?? active.peek();
          }}
          onFocusOut={() => requestAnimationFrame(() => keepFocus(table.current))}
        >
          <thead ref={head}>
            <tr class="row" aria-rowindex={1}>
              {COLUMNS.map(({ title, about }) => (
                <th scope="col" key={title} title={about}>
                  {title}
                  {about !== undefined && <span class="hidden">, {about}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <Body />
        </table>
        {loading.value === 'more' && <p class="loading more">loading more…</p>}
      </div>
    </div>
  );
}
