import { describe, expect, it } from 'vitest';
import type { ConnectionView } from '../../../../src/inspector/api.ts';
import {
  isUnsettled,
  type Listing,
  NO_ROWS,
  settled,
  withNews,
  withPage,
} from '../../../../src/inspector/page/overview/listing.ts';
import type { Row } from '../../../../src/inspector/page/overview/row.ts';
import { closedView, openView } from './samples.ts';

const all = (): boolean => true;
const onlyOpen = ({ state }: Row): boolean => state !== 'closed';

const ids = (rows: readonly Row[]): string => rows.map(({ id }) => id).join(' ');
const shown = ({ open, closed }: Listing): string => `${ids(open)} | ${ids(closed)}`;

const pageOf = (connections: ConnectionView[], next: string | null = null) => ({ connections, next });

/** Two open ones, two closed ones, all of the list. */
const WHOLE = withPage(
  NO_ROWS,
  pageOf([openView('o2', 200), openView('o1', 100), closedView('c2', 92), closedView('c1', 91)]),
);

const news = (listing: Listing, ...views: ConnectionView[]): Listing => withNews(listing, views, all);

describe('the list as pages bring it', () => {
  it('has open connections first, and goes on where the page before ended', () => {
    const first = withPage(NO_ROWS, pageOf([openView('o2', 200), openView('o1', 100)], 'cursor'));
    const second = withPage(first, pageOf([closedView('c1', 91)]));
    expect([shown(first), first.next]).toEqual(['o2 o1 | ', 'cursor']);
    expect([shown(second), second.next]).toEqual(['o2 o1 | c1', null]);
  });

  it('shows no connection twice that closed between two pages', () => {
    const first = withPage(NO_ROWS, pageOf([openView('o1', 100)], 'cursor'));
    expect(shown(withPage(first, pageOf([closedView('o1', 300), closedView('c1', 91)])))).toBe('o1 | c1');
  });
});

describe('news of connections that are shown', () => {
  it('changes an open one where it stands', () => {
    const later = news(WHOLE, openView('o1', 100, { frames: { client: 7, server: 8 } }));
    expect(shown(later)).toBe(shown(WHOLE));
    expect(later.open[1]?.frames).toEqual({ client: 7, server: 8 });
    expect(isUnsettled(later)).toBe(false);
  });

  it('leaves one that closes under the eyes of its reader, and moves it when rows may move', () => {
    const later = news(WHOLE, closedView('o1', 300));
    expect(shown(later)).toBe('o2 o1 | c2 c1');
    expect(later.open[1]?.verdict?.closedBy).toBe('proxy');
    expect(shown(settled(later, all))).toBe('o2 | o1 c2 c1');
  });

  it('takes a verdict that was made again, in its place', () => {
    const later = news(WHOLE, closedView('c1', 91, { cause: 'proxy-reload' }));
    expect(later.closed[1]?.verdict?.cause).toBe('proxy-reload');
    expect(isUnsettled(later)).toBe(false);
  });

  it('takes one out that no longer matches the filter only when rows may move', () => {
    const later = withNews(WHOLE, [closedView('o1', 300)], onlyOpen);
    expect(ids(later.open)).toBe('o2 o1');
    expect(ids(settled(later, onlyOpen).open)).toBe('o2');
  });

  it('never opens a closed one again, whatever comes late', () => {
    const late = openView('c1', 50);
    expect(news(WHOLE, late).closed[1]?.state).toBe('closed');
    const both = news(WHOLE, closedView('o1', 300), openView('o1', 100));
    expect(both.open[1]?.state).toBe('closed');
  });
});

describe('news of connections that are not shown yet', () => {
  it('holds them back until rows may move, and then puts each at its place', () => {
    const later = news(WHOLE, openView('o3', 300), closedView('c3', 93), openView('o4', 400));
    expect(shown(later)).toBe(shown(WHOLE));
    expect(later.held).toHaveLength(3);
    expect(shown(settled(later, all))).toBe('o4 o3 o2 o1 | c3 c2 c1');
    expect(settled(later, all).held).toEqual([]);
  });

  it('counts one that opens and closes meanwhile once', () => {
    const later = news(news(WHOLE, openView('o3', 300)), closedView('o3', 350));
    expect(later.held).toHaveLength(1);
    expect(shown(settled(later, all))).toBe('o2 o1 | o3 c2 c1');
  });

  it('holds none that the filter leaves out', () => {
    expect(withNews(WHOLE, [closedView('c3', 93)], onlyOpen).held).toEqual([]);
    const gone = withNews(withNews(WHOLE, [openView('o3', 300)], onlyOpen), [closedView('o3', 350)], onlyOpen);
    expect(gone.held).toEqual([]);
  });

  it('leaves those to later pages that stand behind what is loaded', () => {
    const part = withPage(NO_ROWS, pageOf([openView('o9', 900), openView('o8', 800)], 'cursor'));
    const later = news(part, closedView('c3', 950), openView('o7', 700), openView('o10', 1000));
    expect(ids(later.held)).toBe('o10');
    const moved = settled(news(later, closedView('o9', 960)), all);
    expect(shown(moved)).toBe('o10 o8 | ');
  });

  it('forgets that a connection is new when a page brings it', () => {
    const part = withPage(NO_ROWS, pageOf([openView('o9', 900), closedView('c5', 95)], 'cursor'));
    const later = news(part, closedView('c6', 95));
    expect(withPage(later, pageOf([closedView('c6', 95)])).held).toEqual([]);
  });
});

describe('a list of 110,000 connections', () => {
  const open = Array.from({ length: 10_000 }, (_, n) => openView(`o${n}`, 10_000_000 - n));
  const closed = Array.from({ length: 100_000 }, (_, n) => closedView(`c${n}`, 9_000_000 - n));
  const big = withPage(NO_ROWS, pageOf([...open, ...closed]));

  it('keeps its closed rows as they are while open ones change, so that nothing is made of them anew', () => {
    const later = news(big, openView('o5', 10_000_000 - 5, { lifetimeMs: 9 }));
    expect(later.closed).toBe(big.closed);
    expect(settled(news(later, openView('fresh', 10_000_001)), all).closed).toBe(big.closed);
  });

  it('stays in order when one closes', () => {
    const later = settled(news(big, closedView('o5000', 9_500_000)), all);
    expect(later.open).toHaveLength(9_999);
    expect(later.closed).toHaveLength(100_001);
    expect(later.closed[0]?.id).toBe('o5000');
  });
});
