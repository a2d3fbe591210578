import { go } from '../address.ts';
import { type Item, isMassClose, keyOf } from './mass-close.ts';
import { items, members, opened } from './store.ts';

/** What a line does: a connection opens its page, a mass close shows its connections below itself. */

export const pageOf = (id: string): string => `/connections/${encodeURIComponent(id)}`;

export function toggle(key: string): void {
  const keys = new Set(opened.peek());
  if (!keys.delete(key)) keys.add(key);
  opened.value = keys;
}

/** @param moveTo takes the keyboard to the line of that index @returns whether the key meant something here */
export function actOn(key: string, item: Item, moveTo: (index: number) => void): boolean {
  if (!isMassClose(item)) {
    if (key === 'Enter') go(pageOf(item.id));
    else if (key === 'ArrowLeft' && members.peek().has(item)) moveTo(parentOf(item));
    else return false;
    return true;
  }
  const isOpen = opened.peek().has(item.key);
  const toggles = key === 'Enter' || key === ' ' || key === (isOpen ? 'ArrowLeft' : 'ArrowRight');
  if (toggles) toggle(item.key);
  return toggles;
}

const parentOf = (item: Item): number =>
  items.peek().findIndex((each) => isMassClose(each) && each.members.some((member) => member === item));

/** A click anywhere on a line does what the line does, unless it was there to select text or to follow the link. */
export function clickAt(target: EventTarget | null): void {
  const key = keyAt(target);
  if (key === null || (target instanceof Element && target.closest('a') !== null)) return;
  if (getSelection()?.isCollapsed === false) return;
  const item = items.peek().find((each) => keyOf(each) === key);
  if (item !== undefined) actOn('Enter', item, () => {});
}

/** The key of the line that an event happened in. */
export function keyAt(target: EventTarget | null): string | null {
  const line = target instanceof Element ? target.closest('tr[data-key]') : null;
  return line?.getAttribute('data-key') ?? null;
}
