import { harmless } from '../../../words/harmless.ts';
import type { ConnectionDetail } from '../../api.ts';
import { arrowsOf, BACK_PX, markOf } from './arrows.ts';
import { type Columns, columnsFor, headingOf, laneTop, type Note } from './columns.ts';
import { partyOf } from './flights.ts';
import type { Arrow, Fold, Label, Lane, LanesLayout, Mark, Silence, TimerMarkLine } from './geometry.ts';
import { LINE_PX, placedAt } from './label-text.ts';
import { type Cast, castOf } from './lane-names.ts';
import { litOf, litWords } from './lit.ts';
import { type Story, storyOf } from './moments.ts';
import { contents, labelOfRow, momentLabel, type Plan, silenceLabel } from './row-labels.ts';
import { type Row, rowsOf } from './rows.ts';
import { type ScaledSilence, scaledSilences } from './silences.ts';
import { timerLines } from './timer-lines.ts';

/** No picture is taller, in CSS pixels. */
const TALLEST_PX = 700;
const FOOT_PX = 14;
/** Kept for silences, as long as there is one. */
const SILENCES_PX = 210;
/** Between the first line of a row and its arrow. */
const ARROW_PX = 9;
const ROW_GAP_PX = 5;

/** Narrower than this nothing can be drawn; a phone has more. */
const NARROWEST_PX = 260;

/** @param available CSS pixels */
export function layoutLanes(detail: ConnectionDetail, available: number): LanesLayout {
  const width = Math.max(NARROWEST_PX, available);
  const story = storyOf(detail);
  const cast = castOf(detail, story.actFrom);
  const plan = { detail, story, cast, columns: columnsFor(width, cast.lanes, isLeg(cast)), width };
  const { columns } = plan;
  const rows = fittingRows(plan);
  const end = endRow(rows, story);
  const fixed = columns.headHeight + FOOT_PX + rows.reduce((sum, row) => sum + rowHeight(plan, row), 0);
  const silences = scaledSilences(rows, end, TALLEST_PX - fixed);
  const drawn = stacked(plan, rows, silences, end);
  const height = drawn.bottom + FOOT_PX;
  const frame = { top: columns.compact ? columns.headHeight - 8 : 0, bottom: height - 4, width };
  const lit = litOf(cast, detail.verdict, columns, frame);
  return { ...drawn, width, height, compact: columns.compact, lanes: lanesOf(plan), lit };
}

const isLeg = ({ culprit }: Cast): boolean => culprit !== null && 'leg' in culprit;

const fittingRows = (plan: Plan): Row[] =>
  rowsOf(plan.story.moments, plan.story.actIndex, {
    heightOf: (moment) => momentLabel(plan, moment).box.height + ROW_GAP_PX + (moment.answered ? BACK_PX : 0),
    foldHeight: (plan.columns.compact ? 2 : 1) * LINE_PX + ROW_GAP_PX + FOLD_PAD,
    budget: TALLEST_PX - plan.columns.headHeight - FOOT_PX - SILENCES_PX,
  });

/** A fold stands out by some air around it. */
const FOLD_PAD = 8;

const rowHeight = (plan: Plan, row: Row): number => {
  const [first] = row.moments;
  const more = row.folded ? FOLD_PAD : first?.answered === true ? BACK_PX : 0;
  return labelOfRow(plan, row).box.height + ROW_GAP_PX + more;
};

/** The row that ends the last silence: the first closing act, or now. */
function endRow(rows: readonly Row[], { actIndex, moments }: Story): number {
  const act = actIndex === null ? undefined : moments[actIndex];
  return act === undefined ? rows.length - 1 : rows.findIndex((row) => row.moments.includes(act));
}

interface Drawn {
  readonly arrows: readonly Arrow[];
  readonly marks: readonly Mark[];
  readonly silences: readonly Silence[];
  readonly folds: readonly Fold[];
  readonly timers: readonly TimerMarkLine[];
  readonly labels: readonly Label[];
  readonly act: LanesLayout['act'];
  readonly nowY: number | null;
  readonly bottom: number;
}

/** From the top down: each row below the one before it, and a silence between them as tall as it was long. */
function stacked(plan: Plan, rows: readonly Row[], scaled: readonly ScaledSilence[], end: number): Drawn {
  const { columns, detail, cast, width } = plan;
  const arrows: Arrow[] = [];
  const marks: Mark[] = [];
  const silences: Silence[] = [];
  const folds: Fold[] = [];
  const labels: Label[] = [];
  const timers: TimerMarkLine[] = [];
  let act: LanesLayout['act'] = null;
  let nowY: number | null = null;
  let y = columns.headHeight;
  // Words of more than one line reach down beside the silence that follows; they must not meet what stands there.
  let wordsEnd = y;
  for (const [i, row] of rows.entries()) {
    const quiet = scaled.find((silence) => silence.row === i);
    if (quiet !== undefined) {
      const silence = { top: y, bottom: y + quiet.height, x: columns.bracketX, ms: quiet.ms };
      const closing = i === end && plan.story.actIndex !== null;
      const told = silenceLabels(plan, silence, wordsEnd, closing);
      silences.push(silence);
      labels.push(...told.labels);
      timers.push(...told.lines);
      y = silence.bottom;
      wordsEnd = Math.max(wordsEnd, told.wordsEnd);
    }
    y = Math.max(y, wordsEnd);
    const height = rowHeight(plan, row);
    const [moment] = row.moments;
    const label = labelOfRow(plan, row);
    labels.push(placedAt(label, y + (row.folded ? FOLD_PAD / 2 : 0)));
    if (row.folded) folds.push(foldOf(row, y, height, columns));
    else if (moment !== undefined) {
      const middle = y + ARROW_PX;
      arrows.push(...arrowsOf(moment, cast, detail.verdict, columns, middle));
      const party = partyOf(moment, cast.lanes, detail.verdict);
      const mark = markOf(moment, cast, columns, middle, party);
      if (mark !== null) marks.push(mark);
      if (moment.first) {
        act = { x: columns.left, y: y - 2, width: width - columns.left, height: height - 1, party };
      }
      if (moment.kind === 'now') nowY = middle;
    }
    wordsEnd = y + height;
    y += row.folded ? height : Math.min(height, 2 * ARROW_PX + (moment?.answered === true ? BACK_PX : 0));
  }
  return { arrows, marks, silences, folds, timers, labels, act, nowY, bottom: Math.max(y, wordsEnd) };
}

interface SilenceWords {
  readonly labels: readonly Label[];
  readonly lines: readonly TimerMarkLine[];
  /** Where the words beside it end. */
  readonly wordsEnd: number;
}

/** @param wordsEnd where the words of the row before it end */
function silenceLabels({ columns, detail }: Plan, silence: Silence, wordsEnd: number, closing: boolean): SilenceWords {
  const own = silenceLabel(columns, silence);
  const beside = columns.compact ? own : null;
  const top = Math.max(silence.top, wordsEnd);
  const bottom = Math.max(silence.bottom, top + (beside?.box.height ?? 0));
  const drawn = timerLines(closing ? detail.timers : [], silence, { top, bottom }, columns, beside);
  const words = [...(drawn.own === null ? [] : [drawn.own]), ...drawn.labels];
  return {
    labels: columns.compact ? words : [own, ...words],
    lines: drawn.lines,
    wordsEnd: Math.max(wordsEnd, ...words.map(({ box }) => box.y + box.height)),
  };
}

function foldOf(row: Row, y: number, height: number, { left, right }: Columns): Fold {
  return { top: y + 2, bottom: y + height - 4, left, right, ...contents(row) };
}

function lanesOf({ cast, columns, detail, width }: Plan): Lane[] {
  return cast.lanes.map((lane, order) => ({
    ...lane,
    x: columns.x[lane.id] ?? 0,
    top: laneTop(columns, order),
    head: headingOf(columns, lane, noteOf(lane.id, detail, cast), order, width),
  }));
}

/** Below a lane's name: that it closed, or which tap it is; the words of a leg that is lit need that room. */
function noteOf(id: Lane['id'], { tap, verdict }: ConnectionDetail, cast: Cast): Note {
  const { culprit } = cast;
  if (culprit !== null && 'lane' in culprit && culprit.lane === id && verdict !== null) return litWords(verdict);
  if (id !== 'hangup' || isLeg(cast)) return { long: '', short: '' };
  return { long: `tap ${harmless(tap)}`, short: harmless(tap) };
}
