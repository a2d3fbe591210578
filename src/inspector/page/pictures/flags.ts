/**
 * Labels of vertical lines, in rows above a picture: a label stands beside its line at its upper end, or on top of it. No
 * label touches another, and no line crosses a label.
 *
 *      60 s nginx · 38
 *      ┊    100 s Cloudflare
 *      ┊    ┊
 */

export interface Flag {
  readonly x: number;
  /** Of its label. */
  readonly width: number;
}

export interface PlacedFlag {
  /** Which of the flags. */
  readonly index: number;
  /** Of its label; from the top, 0 first. */
  readonly row: number;
  /** Left edge of the label. */
  readonly left: number;
  /** Where the label stands: beside its line, or on top of it. */
  readonly side: 'right' | 'left' | 'above';
}

export interface FlagFrame {
  readonly left: number;
  readonly right: number;
  readonly rows: number;
}

/** Px between a label and its line, and between two labels. */
export const FLAG_GAP = 5;

/** @param flags the most important first: those that find no room are left out @returns in the order in which they were placed */
export function placeFlags(flags: readonly Flag[], frame: FlagFrame): PlacedFlag[] {
  const placed: (PlacedFlag & Flag)[] = [];
  for (const [index, flag] of flags.entries()) {
    const candidates = places(flag, frame).map((place) => ({ index, ...flag, ...place }));
    const place = candidates.find((candidate) => placed.every((other) => fits(candidate, other)));
    if (place !== undefined) placed.push(place);
  }
  return placed.map(({ index, row, left, side }) => ({ index, row, left, side }));
}

/** So many are tried in another order. */
const MOST_TRIED = 6;

/**
 * As `placeFlags` does, but near an edge the most important one may stand in the way of all the others: then from one side to the other
 * more of them find room.
 * @param flags the most important first @param worth of a flag, over 0: as much of it as possible is placed
 * @returns the place of each flag that found one
 */
export function placeMost<T extends Flag>(
  flags: readonly T[],
  frame: FlagFrame,
  worth: (flag: T) => number,
): Map<T, PlacedFlag> {
  const fromLeft = flags.slice(0, MOST_TRIED).toSorted((a, b) => a.x - b.x);
  const others = flags.slice(MOST_TRIED);
  const tried = [flags, [...fromLeft, ...others], [...fromLeft.toReversed(), ...others]].map((order) => {
    const places = new Map<T, PlacedFlag>();
    let sum = 0;
    for (const place of placeFlags(order, frame)) {
      const flag = order[place.index];
      if (flag === undefined) continue;
      places.set(flag, place);
      sum += worth(flag);
    }
    return { places, sum };
  });
  return tried.reduce((best, each) => (each.sum > best.sum ? each : best)).places;
}

/** The row in which its line begins: beside its label, or below it. */
export const lineRow = ({ row, side }: Pick<PlacedFlag, 'row' | 'side'>): number => (side === 'above' ? row + 1 : row);

/** How the text is set, so that it stands at its line even where the estimate of its width was too large. */
export function anchorOf({ left, side }: PlacedFlag, { width }: Flag): { readonly x: number; readonly anchor: Anchor } {
  if (side === 'right') return { x: left, anchor: 'start' };
  return side === 'left' ? { x: left + width, anchor: 'end' } : { x: left + width / 2, anchor: 'middle' };
}

export type Anchor = 'start' | 'middle' | 'end';

/** Row by row: right of the line, left of it, on top of it. */
function places({ x, width }: Flag, { left, right, rows }: FlagFrame): Pick<PlacedFlag, 'row' | 'left' | 'side'>[] {
  const sides = [
    { side: 'right' as const, left: x + FLAG_GAP },
    { side: 'left' as const, left: x - FLAG_GAP - width },
    { side: 'above' as const, left: Math.max(left, Math.min(right - width, x - width / 2)) },
  ].filter((place) => place.left >= left && place.left + width <= right);
  return Array.from({ length: rows }, (_, row) => sides.map((place) => ({ ...place, row }))).flat();
}

type Placed = PlacedFlag & Flag;

const fits = (a: Placed, b: Placed): boolean => !touches(a, b) && !crosses(a, b) && !crosses(b, a);

const touches = (a: Placed, b: Placed): boolean =>
  a.row === b.row && a.left < b.left + b.width + FLAG_GAP && b.left < a.left + a.width + FLAG_GAP;

/** Whether the line of `a`, which runs from its row down, runs through the label of `b`. */
const crosses = (a: Placed, b: Placed): boolean =>
  lineRow(a) <= b.row && a.x > b.left - 2 && a.x < b.left + b.width + 2;
