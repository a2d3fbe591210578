import { batch, computed, signal } from '@preact/signals';
import { type ListShape, listHeight, rowWindow } from '../parts/virtual-list.ts';
import { isMassClose, keyOf } from './mass-close.ts';
import { items } from './store.ts';

/** What is seen of the list: kept outside of the view, so that who comes back finds it where it was. */

/** Height of a line in rem: two lines of text side by side, or a card of four where the page is narrow. */
const LINE_REM = 2.75;
const CARD_REM = 7;
/** Where lines become cards; the same width stands in lines.css. */
const NARROW = '(max-width: 47.99rem)';

export const isNarrow = (): boolean => matchMedia(NARROW).matches;

export const rowHeight = signal(44);
/** Height of the part of the box that shows rows, in px. */
export const height = signal(600);
export const scrollTop = signal(0);
/** The line that has the keyboard: the key of an item. */
export const active = signal<string | null>(null);

let listShown = 0;

/**
 * Who comes back from a connection finds the list, and the line, where they were; another list begins at its top.
 * @param list which one is shown, as `loads` counts them
 */
export function isSameList(list: number): boolean {
  const same = list === listShown;
  listShown = list;
  if (!same) {
    scrollTop.value = 0;
    active.value = null;
  }
  return same;
}

export const shape = computed<ListShape>(() => ({
  total: items.value.length,
  rowHeight: rowHeight.value,
  viewport: height.value,
}));

const drawn = computed(() => rowWindow(scrollTop.value, shape.value));

/** Each apart: they stay equal while one scrolls within the rows that are drawn anyway, and nothing is rendered. */
export const first = computed(() => drawn.value.first);
export const end = computed(() => drawn.value.first + drawn.value.count);
export const padTop = computed(() => drawn.value.padTop);
export const wholeHeight = computed(() => listHeight(shape.value));

/** Reads the sizes that the style sheet and the reader's font decide. @param box the element that scrolls @param head its sticky head */
export function measure(box: HTMLElement, head: HTMLElement): void {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  batch(() => {
    rowHeight.value = Math.round(rem * (isNarrow() ? CARD_REM : LINE_REM));
    height.value = Math.max(1, box.clientHeight - head.offsetHeight);
  });
}

/** Ids of the open connections that are on the screen. @param box, head as in `measure` */
export function openOnScreen(box: HTMLElement, head: HTMLElement): string[] {
  const { top, bottom } = box.getBoundingClientRect();
  const from = Math.max(top + head.offsetHeight, 0);
  const seen = Math.min(bottom, innerHeight) - from;
  if (seen <= 0) return [];
  const offset = scrollTop.peek() + from - top - head.offsetHeight;
  const { first: start, count } = rowWindow(offset, { ...shape.peek(), viewport: seen }, 0);
  const lines = items.peek().slice(start, start + count);
  return lines.flatMap((item) => (isMassClose(item) || item.state === 'closed' ? [] : [item.id]));
}

/** Gives the keyboard to the active line. */
export function focusActive(table: HTMLElement | null): void {
  const line = table?.querySelector('tr[tabindex="0"]');
  if (line instanceof HTMLElement && line.getAttribute('data-key') === active.peek()) line.focus();
}

/** A line that is scrolled out of sight leaves the document and would drop the keyboard on the floor: the table takes it. */
export function keepFocus(table: HTMLElement | null): void {
  if (table === null || document.activeElement !== document.body) return;
  const index = items.peek().findIndex((item) => keyOf(item) === active.peek());
  if (index !== -1 && (index < first.peek() || index >= end.peek())) table.focus({ preventScroll: true });
}
