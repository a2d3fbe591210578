import { effect } from '@preact/signals';
import { address } from '../address.ts';

let filter = '';

/** Remembers the overview's filter, so that the way back leads to the list the reader came from. */
effect(() => {
  if (address.value.pathname === '/') filter = address.value.search;
});

export const wayBack = (): string => `/${filter}`;
