import { harmless } from '../../../words/harmless.ts';
import type { TimerMark } from '../../api.ts';
import { timerWords } from '../pictures/about.ts';
import { spread } from '../pictures/spread.ts';
import { wrapToWidth } from '../pictures/text-box.ts';
import { timersByLength } from '../pictures/timers.ts';
import { type Columns, WORDS_FONT } from './columns.ts';
import type { Label, Silence, TimerMarkLine } from './geometry.ts';
import { placedAt, plainLabel } from './label-text.ts';

/** nginx fires up to 300 ms early (GROUND-TRUTH §2). */
const EARLY_MS = 300;
const MOST_LINES = 3;
const GAP_PX = 2;

export interface DrawnTimers {
  readonly lines: readonly TimerMarkLine[];
  readonly labels: readonly Label[];
}

/** Where words may stand. */
export interface Zone {
  readonly top: number;
  readonly bottom: number;
}

/**
 * The timers that ran out within the silence before the close, the last of them first in importance. Their labels share
 * the zone beside it with the silence's own (where it stands there): those that find no room are left out, lines and all.
 */
export function timerLines(
  timers: readonly TimerMark[],
  silence: Silence,
  zone: Zone,
  columns: Columns,
  own: Label | null,
): DrawnTimers & { readonly own: Label | null } {
  const height = silence.bottom - silence.top;
  const wanted: { y: number; height: number; label: Label; ms: number | null }[] = [];
  if (own !== null) {
    wanted.push({ y: silence.top + height / 2, height: own.box.height, label: own, ms: null });
  }
  let used = own === null ? 0 : own.box.height + GAP_PX;
  for (const { ms, text } of inSilence(timers, silence.ms)) {
    const lines = wrapToWidth(text, columns.wordsWidth, WORDS_FONT, MOST_LINES);
    const label = plainLabel('timer', lines, columns.wordsX, columns.wordsWidth, 'start');
    if (used + label.box.height > zone.bottom - zone.top) continue;
    used += label.box.height + GAP_PX;
    const y = silence.top + Math.min(1, ms / silence.ms) * height;
    wanted.push({ y, height: label.box.height, label, ms });
  }
  wanted.sort((a, b) => a.y - b.y);
  const tops = spread(wanted, zone.top, zone.bottom, GAP_PX);
  const placed = wanted.map((each, i) => ({ ...each, label: placedAt(each.label, tops[i] ?? each.y) }));
  const drawn = placed.filter(({ ms }) => ms !== null);
  return {
    own: placed.find(({ ms }) => ms === null)?.label ?? null,
    labels: drawn.map(({ label }) => label),
    lines: drawn.map(({ y, label }) => ({ y, x1: columns.bracketX, x2: columns.right, labelY: label.box.y + 10 })),
  };
}

/** Longest first; timers of one length as one. */
const inSilence = (timers: readonly TimerMark[], silenceMs: number): { ms: number; text: string }[] =>
  timersByLength(timers)
    .filter(({ ms }) => ms <= silenceMs + EARLY_MS)
    .map(({ ms, labels }) => ({ ms, text: `${timerWords(ms)}: ${labels.map(harmless).join(' or ')}` }))
    .reverse();
