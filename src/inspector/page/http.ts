import type { ApiError } from '../api.ts';
import { type Query, urlOf } from './query.ts';
import { signedIn } from './session.ts';

export { type Query, urlOf } from './query.ts';

/** The API said no. `message` is its sentence, fit to be shown. */
export class ApiFailure extends Error {
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A 401 also signs the page out. @throws ApiFailure; the signal's reason when it was aborted */
export const getJson = <T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> =>
  ask(urlOf(path, query), {}, signal);

/** As getJson, with a body. */
export const postJson = <T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> =>
  ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }, signal);

async function ask<T>(url: string, init: RequestInit, signal?: AbortSignal): Promise<T> {
  const response = await fetch(url, {
    ...init,
    headers: { ...init.headers, Accept: 'application/json' },
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiFailure(0, 'hangup does not answer; it may have been stopped');
  });
  if (response.status === 401) signedIn.value = false;
  if (!response.ok) throw new ApiFailure(response.status, await sentenceOf(response));
  const body: T = await response.json();
  return body;
}

async function sentenceOf(response: Response): Promise<string> {
  const body: Partial<ApiError> | null = await response.json().catch(() => null);
  return body?.error ?? `hangup answered ${response.status}`;
}
