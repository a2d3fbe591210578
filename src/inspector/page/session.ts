import { signal } from '@preact/signals';
import type { ApiError } from '../api.ts';

/** Whether the API takes this browser's cookie. A 401 from anywhere makes it false, and the page asks for the token. */
export const signedIn = signal(true);

/** Exchanges the token for the cookie. @returns null when it was taken, else the sentence that says why not */
export async function signIn(token: string): Promise<string | null> {
  const response = await fetch('/api/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify({ token }),
  }).catch(() => null);
  if (response === null) return 'hangup does not answer; it may have been stopped';
  if (response.ok) {
    signedIn.value = true;
    return null;
  }
  const body: Partial<ApiError> | null = await response.json().catch(() => null);
  return body?.error ?? `hangup answered ${response.status}`;
}
