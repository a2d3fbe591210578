/**
 * Which rows of a long list are drawn, and how much empty space stands for the rest. Pure: px in, px out.
 *
 *   padTop    ░░░░░░░░      rows above, not drawn
 *   first … first+count     rows drawn, each `rowHeight` high, one below the other
 *   padBottom ░░░░░░░░      rows below, not drawn
 *
 * padTop + count × rowHeight + padBottom is always `listHeight`.
 */

export interface ListShape {
  /** Rows in the whole list. */
  readonly total: number;
  /** Height of each row, in px. */
  readonly rowHeight: number;
  /** Height of what the reader sees of the list, in px. */
  readonly viewport: number;
}

export interface RowWindow {
  readonly first: number;
  readonly count: number;
  readonly padTop: number;
  readonly padBottom: number;
}

/**
 * Browsers clamp the height of an element: Firefox at 17.9 million px, Chromium at 33.5 million device pixels, which are
 * 11 million at 300 % zoom. A longer list is drawn this high, and each px of the scroll bar stands for more of it.
 */
export const MOST_PX = 10_000_000;

/** The height of the list's content, in px. */
export const listHeight = ({ total, rowHeight }: ListShape): number => Math.min(total * rowHeight, MOST_PX);

/** px of the list that one px of scrolling stands for: 1, or more in a list that is too high. */
function stretch(shape: ListShape): number {
  const way = listHeight(shape) - shape.viewport;
  return way <= 0 ? 1 : (shape.total * shape.rowHeight - shape.viewport) / way;
}

/** @param scrollTop in px, as the browser says it @param overscan rows drawn beyond each edge of what the reader sees */
export function rowWindow(scrollTop: number, shape: ListShape, overscan = 8): RowWindow {
  const { total, rowHeight, viewport } = shape;
  if (total <= 0) return { first: 0, count: 0, padTop: 0, padBottom: 0 };
  const height = listHeight(shape);
  const top = clamp(scrollTop, 0, Math.max(0, height - viewport));
  const offset = top * stretch(shape);
  const seenFirst = clamp(Math.floor(offset / rowHeight), 0, total - 1);
  const seenEnd = clamp(Math.ceil((offset + viewport) / rowHeight), seenFirst + 1, total);
  // In a stretched list the rows drawn above take more room than there is near the top; the same below.
  const roomAbove = Math.floor((top - (offset - seenFirst * rowHeight)) / rowHeight);
  const first = seenFirst - clamp(Math.min(overscan, roomAbove), 0, seenFirst);
  const padFirst = Math.max(0, top - (offset - first * rowHeight));
  const roomBelow = Math.floor((height - padFirst) / rowHeight) - (seenEnd - first);
  const end = seenEnd + clamp(Math.min(overscan, roomBelow), 0, total - seenEnd);
  const count = end - first;
  const padTop = Math.min(padFirst, height - count * rowHeight);
  return { first, count, padTop, padBottom: height - padTop - count * rowHeight };
}

/** Where to scroll so that a row is wholly seen, moving as little as can be. @returns scrollTop in px */
export function scrollToRow(index: number, scrollTop: number, shape: ListShape): number {
  const scale = stretch(shape);
  const above = index * shape.rowHeight;
  const below = above + shape.rowHeight - shape.viewport;
  const offset = scrollTop * scale;
  if (offset > above) return above / scale;
  return offset < below ? Math.max(0, below / scale) : scrollTop;
}

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));
