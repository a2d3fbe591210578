import { batch } from '@preact/signals';
import type { GivenFile } from '../../api.ts';
import type { Dropped } from './dropped.ts';
import { PASTED, withFiles } from './given.ts';
import { answer, check, failure, files, leftOut, stale, tooLarge } from './store.ts';

/** Adds files to what is given, and checks it. */
export async function take(reading: Promise<Dropped>): Promise<void> {
  const read = await reading.catch(() => null);
  if (read === null) {
    failure.value = 'the files could not be read; try once more, or choose them instead of dropping them';
    return;
  }
  batch(() => {
    leftOut.value = read.leftOut;
    tooLarge.value = read.tooLarge;
    files.value = withFiles(files.value, read.files);
  });
  if (read.files.length > 0) await check();
}

/** The text in the field: the main file's. */
export function write(text: string): void {
  const [main, ...others] = files.value;
  const name = main?.name ?? PASTED;
  batch(() => {
    files.value = text === '' ? others : [{ name, text }, ...others];
    stale.value = answer.value !== null;
  });
}

/** @param name of the file as it is known @param to its path on the server, as the operator types it */
export function rename(name: string, to: string): void {
  const path = to.trim();
  if (path === '' || path === name || files.value.some((file) => file.name === path)) return;
  files.value = files.value.map((file): GivenFile => (file.name === name ? { ...file, name: path } : file));
  if (answer.value !== null) void check();
}

export function remove(name: string): void {
  files.value = files.value.filter((file) => file.name !== name);
  if (answer.value !== null) void check();
}
