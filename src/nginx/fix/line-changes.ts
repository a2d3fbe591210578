/** Which lines differ between two versions: the shortest way from one to the other (Myers, "An O(ND) Difference Algorithm", 1986). */

/** Lines from `aStart` up to `aEnd` make way for those from `bStart` up to `bEnd`; all count from 0. */
export interface Change {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/** Beyond so many differing lines the shortest way is not looked for: one change of everything in between is also right. */
const MOST_STEPS = 1000;

/** @returns in order, apart from each other */
export function changes(a: readonly string[], b: readonly string[]): Change[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let aEnd = a.length;
  let bEnd = b.length;
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) {
    aEnd--;
    bEnd--;
  }
  if (start === aEnd && start === bEnd) return [];
  const trail = search(a.slice(start, aEnd), b.slice(start, bEnd));
  if (trail === null) return [{ aStart: start, aEnd, bStart: start, bEnd }];
  return walkBack(trail, aEnd - start, bEnd - start).map((one) => ({
    aStart: one.aStart + start,
    aEnd: one.aEnd + start,
    bStart: one.bStart + start,
    bEnd: one.bEnd + start,
  }));
}

/** For each number of steps, the furthest line of `a` reached on each diagonal (`x - y`). */
type Reached = ReadonlyMap<number, number>;

function search(a: readonly string[], b: readonly string[]): Reached[] | null {
  const trail: Reached[] = [];
  const reached = new Map<number, number>([[1, 0]]);
  for (let steps = 0; steps <= MOST_STEPS; steps++) {
    trail.push(new Map(reached));
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      let x = nextX(reached, diagonal, steps);
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++;
      reached.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return trail;
    }
  }
  return null;
}

/** One step right (a line taken out) or down (a line put in), whichever comes from further on. */
function nextX(reached: Reached, diagonal: number, steps: number): number {
  return isDown(reached, diagonal, steps) ? (reached.get(diagonal + 1) ?? 0) : (reached.get(diagonal - 1) ?? 0) + 1;
}

const isDown = (reached: Reached, diagonal: number, steps: number): boolean =>
  diagonal === -steps || (diagonal !== steps && (reached.get(diagonal - 1) ?? -1) < (reached.get(diagonal + 1) ?? -1));

function walkBack(trail: readonly Reached[], aLength: number, bLength: number): Change[] {
  const found: Change[] = [];
  let [x, y] = [aLength, bLength];
  for (let steps = trail.length - 1; steps > 0; steps--) {
    const before = trail[steps] ?? new Map<number, number>();
    const diagonal = x - y;
    const down = isDown(before, diagonal, steps);
    const fromDiagonal = down ? diagonal + 1 : diagonal - 1;
    const fromX = before.get(fromDiagonal) ?? 0;
    const fromY = fromX - fromDiagonal;
    // The step itself, before the equal lines that follow it.
    prepend(found, { aStart: fromX, aEnd: down ? fromX : fromX + 1, bStart: fromY, bEnd: down ? fromY + 1 : fromY });
    [x, y] = [fromX, fromY];
  }
  return found;
}

/** Puts a step in front, joined to the change that follows it at once. */
function prepend(found: Change[], step: Change): void {
  const [next] = found;
  if (next !== undefined && next.aStart === step.aEnd && next.bStart === step.bEnd) {
    found[0] = { ...next, aStart: step.aStart, bStart: step.bStart };
  } else {
    found.unshift(step);
  }
}
