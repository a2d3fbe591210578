import { computed, effect, signal } from '@preact/signals';
import type { LiveEvent } from '../api.ts';
import { getJson, urlOf } from './http.ts';
import { signedIn } from './session.ts';

/**
 * The live feed: one EventSource for the whole page.
 *
 *   open ──► live ──► line lost ──► reconnecting: the browser comes back by itself, with Last-Event-ID, and misses nothing
 *                 └─► answered with a status: the browser gives up ─► asked why: 401 ─► signed-out
 *                                                                             else ─► a new EventSource with the last id
 */
export type LiveState = 'live' | 'reconnecting' | 'signed-out';

export type LiveListener = (event: LiveEvent) => void;

const connected = signal(false);

/** `signed-out`: the API does not take this browser's cookie. */
export const liveState = computed<LiveState>(() => {
  if (!signedIn.value) return 'signed-out';
  return connected.value ? 'live' : 'reconnecting';
});

/** When the feed was last live, in ms since the epoch; null before it was lost for the first time. */
export const wholeUntil = signal<number | null>(null);

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 10_000;

const listeners = new Set<LiveListener>();
let source: EventSource | null = null;
/** A new EventSource does not know it, so it goes into the address. */
let lastEventId = '';
let retryMs = FIRST_RETRY_MS;

/** Calls the listener for each event of `/api/live`. On `snapshot` it must load its lists again. @returns how to stop it */
export function onLive(listener: LiveListener): () => void {
  listeners.add(listener);
  if (source === null && signedIn.peek()) connect();
  return () => void listeners.delete(listener);
}

effect(() => {
  if (!signedIn.value) disconnect();
  else if (source === null && listeners.size > 0) connect();
});

function connect(): void {
  const feed = new EventSource(urlOf('/api/live', lastEventId === '' ? {} : { lastEventId }));
  source = feed;
  feed.onopen = () => {
    connected.value = true;
    retryMs = FIRST_RETRY_MS;
  };
  feed.onerror = () => {
    if (connected.peek()) wholeUntil.value = Date.now();
    connected.value = false;
    if (feed.readyState === EventSource.CLOSED && source === feed) void comeBack();
  };
  feed.addEventListener('opened', (event) => tell(event, { event: 'opened', data: JSON.parse(event.data) }));
  feed.addEventListener('closed', (event) => tell(event, { event: 'closed', data: JSON.parse(event.data) }));
  feed.addEventListener('judged', (event) => tell(event, { event: 'judged', data: JSON.parse(event.data) }));
  feed.addEventListener('status', (event) => tell(event, { event: 'status', data: JSON.parse(event.data) }));
  feed.addEventListener('snapshot', (event) => tell(event, { event: 'snapshot', data: JSON.parse(event.data) }));
}

function disconnect(): void {
  source?.close();
  source = null;
  connected.value = false;
}

/** The browser does not say why it gave up; a small question does, and a 401 signs the page out. */
async function comeBack(): Promise<void> {
  disconnect();
  await getJson('/api/connections', { limit: 1 }).catch(() => null);
  if (!signedIn.peek()) return;
  setTimeout(() => {
    if (source === null && signedIn.peek()) connect();
  }, retryMs);
  retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2);
}

function tell(message: MessageEvent, event: LiveEvent): void {
  lastEventId = message.lastEventId;
  for (const listener of listeners) listener(event);
}
