import { batch, computed, signal } from '@preact/signals';
import type { CheckAnswer, CheckedMend, CheckRequest, GivenFile } from '../../api.ts';
import { ApiFailure, postJson } from '../http.ts';
import { LARGEST_BYTES } from './given.ts';
import { itemsOf } from './items.ts';

/**
 * What is being checked and what was said of it. It lives here, in the memory of this tab, and nowhere else: not in the address, not
 * in the browser's storage, not on the server. It stays when one looks at the connections and comes back.
 */

/** The main one first. */
export const files = signal<readonly GivenFile[]>([]);
export const version = signal('');
/** Only the servers that answer to it; empty: all. */
export const host = signal('');
export const request = signal('');
/** Names of dropped files that were not taken. */
export const leftOut = signal<readonly string[]>([]);
/** Names of those that were too large to be taken. */
export const tooLarge = signal<readonly string[]>([]);

export const asking = signal(false);
export const failure = signal<string | null>(null);
export const answer = signal<CheckAnswer | null>(null);
/** Whether something was changed after the answer was given. */
export const stale = signal(false);

export type MendState =
  | { readonly kind: 'none' | 'asking' }
  | { readonly kind: 'failed'; readonly says: string }
  | { readonly kind: 'made'; readonly mend: CheckedMend };

export const mending = signal<MendState>({ kind: 'none' });

/** Errors of nginx and findings, worst first. */
export const items = computed(() => (answer.value === null ? [] : itemsOf(answer.value)));
/** The one that is looked at: an index of `items`. */
export const active = signal(0);
/** The file whose source is shown. */
export const shownFile = signal<string | null>(null);
/** Where the source is to go; a new object each time, so that the same place can be gone to again. */
export const goal = signal<{ readonly line: number } | null>(null);

let asked: AbortController | null = null;

/** Checks what is given now. */
export async function check(): Promise<void> {
  asked?.abort();
  if (files.value.length === 0) return clear();
  const mine = new AbortController();
  asked = mine;
  asking.value = true;
  const body: CheckRequest = {
    files: files.value,
    ...(version.value.trim() === '' ? {} : { version: version.value.trim() }),
    ...(host.value.trim() === '' ? {} : { host: host.value.trim() }),
    ...(request.value.trim() === '' ? {} : { explain: request.value.trim() }),
  };
  const said = await ask(body, mine.signal);
  if (mine.signal.aborted) return;
  batch(() => {
    asking.value = false;
    failure.value = said.failure;
    if (said.answer === null) return;
    answer.value = said.answer;
    stale.value = false;
    active.value = 0;
    const [first] = items.value;
    shownFile.value = first?.file ?? said.answer.files[0]?.name ?? null;
    goal.value = first === undefined ? null : { line: first.line };
    mending.value = { kind: said.answer.findings.some(({ mendable }) => mendable) ? 'asking' : 'none' };
  });
  if (said.answer !== null && mending.value.kind === 'asking') await mendToo(body, mine.signal);
}

async function mendToo(body: CheckRequest, signal: AbortSignal): Promise<void> {
  const said = await ask({ ...body, mend: true }, signal);
  if (signal.aborted) return;
  const mend = said.answer?.mend ?? null;
  mending.value = mend === null ? { kind: 'failed', says: said.failure ?? 'no mend was made' } : { kind: 'made', mend };
}

interface Said {
  readonly answer: CheckAnswer | null;
  readonly failure: string | null;
}

async function ask(body: CheckRequest, signal: AbortSignal): Promise<Said> {
  try {
    return { answer: await postJson<CheckAnswer>('/api/check', body, signal), failure: null };
  } catch (error) {
    return { answer: null, failure: reasonOf(error) };
  }
}

const TOO_LARGE = 413;

function reasonOf(error: unknown): string {
  if (!(error instanceof ApiFailure)) return String(error);
  if (error.status !== TOO_LARGE) return error.message;
  return `this is more than the ${LARGEST_BYTES / 1024 / 1024} MiB that the page takes; on the command line, hangup check takes more`;
}

/** Forgets everything. */
export function clear(): void {
  asked?.abort();
  batch(() => {
    files.value = [];
    for (const each of [version, host, request]) each.value = '';
    leftOut.value = [];
    tooLarge.value = [];
    answer.value = null;
    failure.value = null;
    asking.value = false;
    stale.value = false;
    mending.value = { kind: 'none' };
  });
}

/** Looks at one of `items`: in the list and at its line. */
export function lookAt(index: number): void {
  const item = items.value[index];
  if (item === undefined) return;
  active.value = index;
  goTo(item);
}

/** Shows a line of the source. */
export function goTo({ file, line }: { readonly file: string; readonly line: number }): void {
  batch(() => {
    shownFile.value = file;
    goal.value = { line };
  });
}

/** The next one, or the one before, and from the last to the first. @param way 1 or -1 */
export function step(way: 1 | -1): void {
  const { length } = items.value;
  if (length > 0) lookAt((active.value + way + length) % length);
}
