import { describe, expect, it } from 'vitest';
import type { ConnectionView } from '../../../../src/inspector/api.ts';
import { isMassClose, itemsOf, keyOf, type MassClose } from '../../../../src/inspector/page/overview/mass-close.ts';
import { rowOf } from '../../../../src/inspector/page/overview/row.ts';
import { closedView } from './samples.ts';

const NONE: ReadonlySet<string> = new Set();

/** `[3] c1`: a mass close of three, and one connection. */
function lines(views: ConnectionView[], opened = NONE): string {
  return itemsOf(views.map(rowOf), opened)
    .map((item) => (isMassClose(item) ? `[${item.members.length}]` : item.id))
    .join(' ');
}

function onlyMass(views: ConnectionView[]): MassClose {
  const [item] = itemsOf(views.map(rowOf), NONE);
  if (item === undefined || !isMassClose(item)) throw new Error('no mass close');
  return item;
}

const RELOAD = { cause: 'proxy-reload' } as const;
const silent = (anyMs: number | null): Partial<ConnectionView> => ({
  idle: { clientMs: null, serverMs: null, anyMs, longestNaturalGapMs: 0 },
});

const THREE = [
  closedView('a', 1006, RELOAD, silent(48_000)),
  closedView('b', 1003, RELOAD, silent(200)),
  closedView('c', 1000, RELOAD, silent(900)),
];

describe('mass closes in the list', () => {
  it('are one line with what all have in common', () => {
    expect(onlyMass(THREE)).toMatchObject({
      tap: 'inner',
      verdict: { closedBy: 'proxy', hop: 'nginx' },
      cause: 'proxy-reload',
      certainty: 'likely',
      spreadMs: 6,
      idleMs: [200, 48_000],
    });
  });

  it('show their connections below themselves when they are opened', () => {
    expect(lines(THREE, new Set([onlyMass(THREE).key]))).toBe('[3] a b c');
  });

  it('stay open while more of the same moment is heard of', () => {
    const { key } = onlyMass(THREE);
    expect(onlyMass([closedView('z', 1100, RELOAD), ...THREE]).key).toBe(key);
  });

  it('are not made of two, which may be chance', () => {
    expect(lines(THREE.slice(0, 2))).toBe('a b');
  });

  it('are not made of what another hop, another tap or nobody known has ended', () => {
    const at = 1000;
    expect(
      lines([
        closedView('a', at),
        closedView('b', at),
        closedView('c', at, { closedBy: 'client', hop: null }),
        closedView('d', at, { closedBy: 'client', hop: null }),
        closedView('e', at, {}, { tap: 'edge' }),
        closedView('f', at, { hop: 'haproxy' }),
      ]),
    ).toBe('a b c d e f');
    const unknown = { closedBy: 'unknown', hop: null, cause: 'unknown' } as const;
    expect(lines(['a', 'b', 'c'].map((id) => closedView(id, at, unknown)))).toBe('a b c');
  });

  it('stand apart from each other when two taps saw the same moment', () => {
    const both = THREE.flatMap((view) => [view, closedView(`${view.connection}-edge`, 1003, RELOAD, { tap: 'edge' })]);
    expect(lines(both)).toBe('[3] [3]');
  });

  it('do not swallow what merely came a moment earlier', () => {
    expect(lines([...THREE, closedView('early', 700, RELOAD)])).toBe('[3] early');
    expect(lines([closedView('late', 1300), ...THREE])).toBe('late [3]');
  });

  it('name no cause and no certainty that not all of them share', () => {
    const mixed = [...THREE.slice(0, 2), closedView('c', 1000, { certainty: 'possible' })];
    expect(onlyMass(mixed)).toMatchObject({ cause: null, certainty: null });
  });

  it('say no silence where none was measured', () => {
    expect(onlyMass(['a', 'b', 'c'].map((id) => closedView(id, 1000, RELOAD, silent(null)))).idleMs).toBeNull();
  });

  it('hold 9,000 connections that died with one server', () => {
    const many = Array.from({ length: 9000 }, (_, n) => closedView(`c${n}`, 2000 - n / 100));
    const mass = onlyMass(many);
    expect(mass.members).toHaveLength(9000);
    expect(lines(many, new Set([mass.key])).split(' ')).toHaveLength(9001);
  });

  it('give each line a key of its own', () => {
    const items = itemsOf([...THREE, closedView('late', 1)].map(rowOf), new Set([onlyMass(THREE).key]));
    expect(new Set(items.map(keyOf)).size).toBe(items.length);
  });
});
