import type { Dropped } from './dropped.ts';
import address from './example.conf?url';
import { PASTED } from './given.ts';

/** A configuration as it is found in the wild; a file of its own, which only those load who want to see it. */
export async function readExample(): Promise<Dropped> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return { files: [{ name: PASTED, text: await response.text() }], leftOut: [], tooLarge: [] };
}
