import { signal } from '@preact/signals';

/**
 * Single keys that work everywhere but in a field. They can be turned off (WCAG 2.1.4): who speaks to the computer would
 * set them off by a word.
 */
const STORED_AS = 'hangup-single-keys';

export const singleKeys = signal(localStorage.getItem(STORED_AS) !== 'off');

export function allowSingleKeys(on: boolean): void {
  singleKeys.value = on;
  localStorage.setItem(STORED_AS, on ? 'on' : 'off');
}

/** Calls `act` for a key that is pressed alone, outside of fields and dialogs; keys with a name always work. @returns how to stop */
export function onKey(key: string, act: () => void): () => void {
  const heard = (event: KeyboardEvent) => {
    if (event.key !== key || event.defaultPrevented || (key.length === 1 && !singleKeys.peek())) return;
    if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return;
    event.preventDefault();
    act();
  };
  document.addEventListener('keydown', heard);
  return () => document.removeEventListener('keydown', heard);
}

/** While a dialog is open all keys are its own, also where nothing in it has the focus: Esc must close it. */
const isBusy = (target: EventTarget | null): boolean =>
  document.querySelector('dialog[open]') !== null ||
  (target instanceof Element && target.closest('input, select, textarea') !== null);
