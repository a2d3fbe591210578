import type { Party } from '../../../verdict/verdict.ts';
import { textWidth, wrapToWidth } from '../pictures/text-box.ts';
import { type Columns, WORDS_FONT } from './columns.ts';
import type { Label } from './geometry.ts';

/** The words beside an arrow: the time, then what it was, in as many lines as that takes. */

export const LINE_PX = 16;
/** All of it stands in the list below the picture. */
const MOST_LINES = 3;
/** The first closing act is what the picture is about. */
const MOST_ACT_LINES = 6;
/** Of the column of times, where there is room for one: `-1000.003 s`. */
const TIME_COLUMNS = 12;

export interface Words {
  readonly kind: Label['kind'];
  readonly at: number;
  readonly time: string;
  readonly says: string;
  readonly party: Party | null;
}

/** A label without its place. */
export function labelOf({ kind, at, time, says, party }: Words, columns: Columns): Label {
  const width = columns.wordsWidth;
  const timeWidth = columns.compact
    ? textWidth(`${time} `, WORDS_FONT)
    : Math.max(textWidth('0'.repeat(TIME_COLUMNS), WORDS_FONT), textWidth(`${time} `, WORDS_FONT));
  // Too narrow for both side by side: the words begin on a line of their own.
  const firstX = timeWidth + 8 * columnWidth() > width ? width : timeWidth;
  const otherX = columns.compact ? 0 : firstX;
  const most = kind === 'act' ? MOST_ACT_LINES : MOST_LINES;
  const wrapped =
    firstX === width
      ? ['', ...wrapToWidth(says, width, WORDS_FONT, most)]
      : wrapToWidth(says, width - otherX, WORDS_FONT, most, width - firstX);
  return {
    kind,
    at,
    time,
    firstX,
    otherX: firstX === width ? 0 : otherX,
    lines: wrapped,
    anchor: 'start',
    party,
    box: { x: columns.wordsX, y: 0, width, height: wrapped.length * LINE_PX },
  };
}

const columnWidth = (): number => textWidth('0', WORDS_FONT);

/** Words of a silence or of a timer: no time in front. @param x left edge, or the right one for `end` */
export function plainLabel(
  kind: 'silence' | 'timer',
  lines: readonly string[],
  x: number,
  width: number,
  anchor: Label['anchor'],
): Label {
  const box = { x: anchor === 'end' ? x - width : x, y: 0, width, height: lines.length * LINE_PX };
  return { kind, at: null, time: null, firstX: 0, otherX: 0, lines, anchor, party: null, box };
}

export const placedAt = (label: Label, y: number): Label => ({ ...label, box: { ...label.box, y } });
