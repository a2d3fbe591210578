import { useEffect, useState } from 'preact/hooks';
import type { ConnectionDetail } from '../../api.ts';
import { ApiFailure, getJson } from '../http.ts';
import { onLive } from '../live.ts';

/** How often an open connection is asked for while somebody looks, in ms. */
const REFRESH_MS = 1000;

interface Loaded {
  readonly id: string;
  readonly detail: ConnectionDetail | null;
  /** Why the last attempt failed; what was loaded before stays. */
  readonly failure: ApiFailure | null;
}

/** `/api/connections/ID` */
export const pathOf = (id: string): string => `/api/connections/${encodeURIComponent(id)}`;

/**
 * A connection, kept up to date: once a second while it is open and the tab is seen, and at once when the live feed
 * says that it ended or was judged again.
 */
export function useDetail(id: string): Loaded & { retry(): void } {
  const [loaded, put] = useState<Loaded>({ id, detail: null, failure: null });
  const [attempt, again] = useState(0);
  useEffect(() => watch(id, put), [id, attempt]);
  const mine = loaded.id === id ? loaded : { id, detail: null, failure: null };
  return { ...mine, retry: () => again((n) => n + 1) };
}

/** @returns how to stop */
function watch(id: string, put: (change: (loaded: Loaded) => Loaded) => void): () => void {
  let request: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether it may still change without the feed saying so. */
  let moving = true;

  const load = async (): Promise<void> => {
    clearTimeout(timer);
    request?.abort();
    const mine = new AbortController();
    request = mine;
    try {
      const detail = await getJson<ConnectionDetail>(pathOf(id), {}, mine.signal);
      moving = detail.state !== 'closed';
      put(() => ({ id, detail, failure: null }));
    } catch (error) {
      if (mine.signal.aborted) return;
      const failure = error instanceof ApiFailure ? error : new ApiFailure(0, String(error));
      moving &&= failure.status === 0 || failure.status >= 500;
      put((before) => ({ id, detail: before.id === id ? before.detail : null, failure }));
    }
    request = null;
    if (moving && !document.hidden) timer = setTimeout(load, REFRESH_MS);
  };

  const seen = (): void => {
    if (moving && !document.hidden && request === null) void load();
  };
  document.addEventListener('visibilitychange', seen);
  const deaf = onLive((event) => {
    if (event.event === 'snapshot' || (event.event !== 'status' && event.data.connection === id)) void load();
  });
  void load();
  return () => {
    clearTimeout(timer);
    request?.abort();
    document.removeEventListener('visibilitychange', seen);
    deaf();
  };
}
