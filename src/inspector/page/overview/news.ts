import { batch, effect, signal } from '@preact/signals';
import type { ConnectionsPage, ConnectionView, LiveEvent } from '../../api.ts';
import { getJson } from '../http.ts';
import { liveState, onLive } from '../live.ts';
import { isUnsettled, settled, withNews } from './listing.ts';
import {
  belongs,
  filter,
  listFailure,
  listing,
  loading,
  loadList,
  loadSummary,
  stale,
  summaryAsked,
  summaryFailure,
} from './store.ts';

/**
 * How the overview stays true: events wait for the next second, and then all that is new is drawn at once.
 *
 *   events ──► waiting ─┐
 *                       ├─ each second, while somebody looks ──► rows in their places ──► one render
 *   visible open rows ──┘
 */
const TICK_MS = 1000;
/** How soon the summary is asked for again: with a large journal less often, so that it takes a small part of the time. */
const SUMMARY_MS = { soonest: 1000, latest: 5000 };
const SUMMARY_PART = 1 / 25;
/** The first lists wait for the live feed, so that nothing falls between the two, but not for longer than this. */
const PATIENCE_MS = 500;
/** More events than this while nobody looks: loading the list anew is less work. */
const MOST_WAITING = 2000;

/** Connections open now, over all taps, as the live feed last said; null before. */
export const openNow = signal<number | null>(null);

/** What the list on the screen knows of its reader; it sets these. */
export const reader = {
  /** Ids of the open connections that are seen. */
  seesOpen: (): readonly string[] => [],
  /** Whether rows may move: not while somebody reads further down, or has a hand on them. */
  mayMove: (): boolean => true,
};

let waiting: ConnectionView[] = [];
let summaryDue = false;
let nextSummaryAt = 0;
let started = false;
let ticking = false;
/** Whether the lists were loaded since the feed is live; if not, something may have fallen between the two. */
let whole = false;
let attended = false;

/** Keeps the overview true while it is shown. @returns how to stop; it goes on listening, for whoever comes back */
export function attend(): () => void {
  if (!started) start();
  attended = true;
  void tick();
  const timer = setInterval(tick, TICK_MS);
  return () => {
    attended = false;
    clearInterval(timer);
  };
}

function start(): void {
  started = true;
  onLive(hear);
  let first = true;
  effect(() => {
    filter.value;
    if (!first) void loadList();
  });
  effect(() => {
    summaryAsked.value;
    if (!first) void loadSummary();
  });
  first = false;
  effect(() => {
    if (liveState.value !== 'live') return;
    if (!whole || listFailure.peek() !== null || summaryFailure.peek() !== null) load();
    whole = true;
  });
  setTimeout(() => {
    if (!whole && liveState.peek() === 'reconnecting') load();
  }, PATIENCE_MS);
}

export function load(): void {
  void loadList();
  void askForSummary();
}

/** Brings in what waits to be shown. The reader asked for it, so rows may move. */
export function showNews(): void {
  if (stale.peek()) load();
  else listing.value = settled(listing.peek(), belongs);
}

function hear({ event, data }: LiveEvent): void {
  if (event === 'status' || event === 'snapshot') {
    openNow.value = data.open;
    if (event === 'snapshot') startOver();
    return;
  }
  if (waiting.length < MOST_WAITING) waiting.push(data);
  else startOver();
  // Also after `opened`: the first connection of all changes the sentence.
  summaryDue = true;
}

/** Events were lost. A reader who is further down keeps what is seen, and is told. */
function startOver(): void {
  waiting = [];
  summaryDue = true;
  if (attended && reader.mayMove()) void loadList();
  else stale.value = true;
}

async function tick(): Promise<void> {
  // What is being loaded anew was asked for before the events that wait: they are for the new list.
  if (!attended || ticking || document.visibilityState !== 'visible' || loading.peek() === 'first') return;
  ticking = true;
  const seen = await look();
  ticking = false;
  if (loading.peek() === 'first') return;
  batch(() => {
    let next = withNews(listing.peek(), [...waiting, ...seen], belongs);
    waiting = [];
    if (isUnsettled(next) && reader.mayMove()) next = settled(next, belongs);
    listing.value = next;
    if (stale.peek() && reader.mayMove()) void loadList();
  });
  if (summaryDue && performance.now() >= nextSummaryAt) void askForSummary();
}

/** The open connections on the screen, as they are now. */
async function look(): Promise<readonly ConnectionView[]> {
  const ids = liveState.peek() === 'live' ? reader.seesOpen() : [];
  if (ids.length === 0) return [];
  const asked = { connection: ids, limit: ids.length };
  const page = await getJson<ConnectionsPage>('/api/connections', asked).catch(() => null);
  return page?.connections ?? [];
}

async function askForSummary(): Promise<void> {
  summaryDue = false;
  const askedAt = performance.now();
  nextSummaryAt = Number.POSITIVE_INFINITY;
  await loadSummary();
  const wait = (performance.now() - askedAt) / SUMMARY_PART;
  nextSummaryAt = askedAt + Math.max(SUMMARY_MS.soonest, Math.min(SUMMARY_MS.latest, wait));
}
