import type { ApiError } from '../api.ts';

/** What a query string can hold; undefined is left out, a list repeats its key. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** The API said no. `message` is its sentence, fit to be shown. */
export class ApiFailure extends Error {
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** `/api/connections?tap=inner&text=bot` */
export function urlOf(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value]) parameters.append(key, String(each));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** @throws ApiFailure; the signal's reason when it was aborted */
export async function getJson<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const response = await fetch(urlOf(path, query), {
    headers: { Accept: 'application/json' },
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiFailure(0, 'hangup does not answer; it may have been stopped');
  });
  if (!response.ok) throw new ApiFailure(response.status, await sentenceOf(response));
  const body: T = await response.json();
  return body;
}

async function sentenceOf(response: Response): Promise<string> {
  const body: Partial<ApiError> | null = await response.json().catch(() => null);
  return body?.error ?? `hangup answered ${response.status}`;
}
