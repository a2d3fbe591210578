import type { ConnectionsPage, ConnectionView } from '../../api.ts';
import { type Row, rowOf } from './row.ts';

/**
 * The list of connections as far as it is loaded, always a beginning of the whole list.
 *
 *   page, page, page …  ─►  open, closed  in the order of the API
 *   live events         ─►  open, closed  a known connection changes where it stands, an open one that closes too
 *                       └►  held          an unknown one waits, so that nothing moves under the reader's eyes
 *   settled()               held rows come in, and what has closed goes to its place
 */
export interface Listing {
  /** Newest first. */
  readonly open: readonly Row[];
  /** Last closed first. */
  readonly closed: readonly Row[];
  readonly held: readonly Row[];
  /** Ids of rows that may have to go elsewhere, or away. */
  readonly moved: ReadonlySet<string>;
  /** Cursor of the next page; null when the list is whole. */
  readonly next: string | null;
  /** Where the loaded part ends: what sorts behind it comes with a later page. */
  readonly frontier: Row | null;
}

export const NO_ROWS: Listing = { open: [], closed: [], held: [], moved: new Set(), next: null, frontier: null };

/** Whether `settled` would change anything. */
export const isUnsettled = ({ held, moved }: Listing): boolean => held.length > 0 || moved.size > 0;

/** The list with one more page; a connection that it already has stays where it is. */
export function withPage(listing: Listing, page: ConnectionsPage): Listing {
  const fresh = new Map(page.connections.map((view) => [view.connection, view]));
  for (const rows of [listing.open, listing.closed]) for (const { id } of rows) fresh.delete(id);
  const rows = [...fresh.values()].map(rowOf);
  const last = page.connections.at(-1);
  return {
    ...listing,
    open: listing.open.concat(rows.filter((row) => !isClosed(row))),
    closed: listing.closed.concat(rows.filter(isClosed)),
    held: listing.held.filter(({ id }) => !fresh.has(id)),
    next: page.next,
    frontier: page.next === null || last === undefined ? null : rowOf(last),
  };
}

/**
 * Takes in what live events or a refresh say of connections.
 * @param views oldest news first
 * @param belongs whether a row belongs into this list
 */
export function withNews(listing: Listing, views: readonly ConnectionView[], belongs: (row: Row) => boolean): Listing {
  if (views.length === 0) return listing;
  const news = latestOf(views);
  const moved = new Set(listing.moved);
  const update = (row: Row, view: ConnectionView): Row => {
    if (STAGE[view.state] < STAGE[row.state]) return row;
    const now = rowOf(view);
    if (now.state !== row.state || now.closedAt !== row.closedAt || !belongs(now)) moved.add(now.id);
    return now;
  };
  const open = updated(listing.open, news, update);
  const closed = updated(listing.closed, news, update);
  const held = new Map(listing.held.map((row) => [row.id, row]));
  for (const view of news.values()) {
    const row = rowOf(view);
    const known = held.get(row.id);
    if (known !== undefined && STAGE[row.state] < STAGE[known.state]) continue;
    if (belongs(row) && isWithin(listing, row)) held.set(row.id, row);
    else held.delete(row.id);
  }
  return { ...listing, open, closed, held: [...held.values()], moved };
}

/** Takes what it uses out of the news. @returns the same rows if there was none for them */
function updated(
  rows: readonly Row[],
  news: Map<string, ConnectionView>,
  update: (row: Row, view: ConnectionView) => Row,
): readonly Row[] {
  let changed: Row[] | null = null;
  // Most news is of rows near the beginning: in a list of 100,000 the search ends early.
  for (let index = 0; index < rows.length && news.size > 0; index++) {
    const row = rows[index];
    const view = row && news.get(row.id);
    if (row === undefined || view === undefined) continue;
    news.delete(row.id);
    changed ??= [...rows];
    changed[index] = update(row, view);
  }
  return changed ?? rows;
}

/** The list with everything at its place. */
export function settled(listing: Listing, belongs: (row: Row) => boolean): Listing {
  if (!isUnsettled(listing)) return listing;
  const { moved } = listing;
  const isMoved = ({ id }: Row) => moved.has(id);
  const leaving = listing.open.filter(isMoved);
  const late = leaving.length === moved.size ? [] : listing.closed.filter(isMoved);
  const coming = [...listing.held.toReversed(), ...leaving, ...late].filter(
    (row) => belongs(row) && isWithin(listing, row),
  );
  return {
    ...listing,
    open: merged(leaving.length === 0 ? listing.open : listing.open.filter((row) => !isMoved(row)), coming, false),
    closed: merged(late.length === 0 ? listing.closed : listing.closed.filter((row) => !isMoved(row)), coming, true),
    held: [],
    moved: NO_ROWS.moved,
  };
}

function merged(rows: readonly Row[], coming: readonly Row[], closed: boolean): readonly Row[] {
  const fresh = coming.filter((row) => isClosed(row) === closed);
  // Two runs in order are merged by the sort in one pass.
  return fresh.length === 0 ? rows : [...fresh.sort(inOrder), ...rows].sort(inOrder);
}

const isClosed = ({ state }: Row): boolean => state === 'closed';

const isWithin = ({ frontier }: Listing, row: Row): boolean => frontier === null || inOrder(row, frontier) <= 0;

/** What was heard late never makes a closed connection open again. */
const STAGE = { open: 0, closing: 1, closed: 2 } as const;

function latestOf(views: readonly ConnectionView[]): Map<string, ConnectionView> {
  const latest = new Map<string, ConnectionView>();
  for (const view of views) {
    const known = latest.get(view.connection);
    if (known === undefined || STAGE[view.state] >= STAGE[known.state]) latest.set(view.connection, view);
  }
  return latest;
}

function inOrder(a: Row, b: Row): number {
  if (a.state === 'closed') return b.state === 'closed' ? (b.closedAt ?? 0) - (a.closedAt ?? 0) : 1;
  return b.state === 'closed' ? -1 : b.openedAt - a.openedAt;
}
