/** A label that wants to stand at a height. */
export interface Wanted {
  /** Where its middle wants to be. */
  readonly y: number;
  readonly height: number;
}

/**
 * Moves labels apart as little as needed (least squares): none overlaps another, their order stays, all are between
 * `top` and `bottom` as long as they fit there at all.
 * @param wanted in the order from top to bottom that they must keep
 * @returns the upper edge of each
 */
export function spread(wanted: readonly Wanted[], top: number, bottom: number, gap = 0): number[] {
  // Without the heights of those above it, each would stand at `place`; then the order is all there is to keep.
  const above: number[] = [];
  let total = 0;
  for (const { height } of wanted) {
    above.push(total);
    total += height + gap;
  }
  const last = Math.max(top, bottom - (total - gap));
  const blocks: { sum: number; count: number }[] = [];
  for (const [i, { y, height }] of wanted.entries()) {
    const place = y - height / 2 - (above[i] ?? 0);
    let block = { sum: place, count: 1 };
    for (let before = blocks.at(-1); before !== undefined && mean(before) > mean(block); before = blocks.at(-1)) {
      blocks.pop();
      block = { sum: before.sum + block.sum, count: before.count + block.count };
    }
    blocks.push(block);
  }
  const places = blocks.flatMap((block) => Array<number>(block.count).fill(mean(block)));
  return places.map((place, i) => Math.min(last, Math.max(top, place)) + (above[i] ?? 0));
}

const mean = ({ sum, count }: { readonly sum: number; readonly count: number }): number => sum / count;
