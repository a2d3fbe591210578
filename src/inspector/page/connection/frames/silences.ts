/** Silences that are shown and jumped to, in ms. */
export const SILENCE_MS = 10_000;

/** A silence and the place of the frame that ended it; the number of frames for the one that nothing ended. */
export interface Silence {
  readonly place: number;
  readonly ms: number;
}

/** What a row of the list shows. */
export type Row =
  | { readonly kind: 'frame'; readonly place: number }
  | { readonly kind: 'silence'; readonly place: number; readonly ms: number };

/** How many silences stand at or before a place: each takes a row of its own, before the frame that ended it. */
function silencesUpTo(silences: readonly Silence[], isBefore: (silence: Silence, rank: number) => boolean): number {
  let low = 0;
  let high = silences.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const silence = silences[middle];
    if (silence !== undefined && isBefore(silence, middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The row in which the frame at a place stands. @param silences in order of place */
export function rowOfPlace(place: number, silences: readonly Silence[]): number {
  return place + silencesUpTo(silences, (silence) => silence.place <= place);
}

/** What stands in a row. @param silences in order of place */
export function rowAt(row: number, silences: readonly Silence[]): Row {
  // The silence of rank i stands in row `place + i`: that many frames and that many silences are above it.
  const above = silencesUpTo(silences, (silence, rank) => silence.place + rank <= row);
  const last = silences[above - 1];
  if (last !== undefined && last.place + above - 1 === row) return { kind: 'silence', place: last.place, ms: last.ms };
  return { kind: 'frame', place: row - above };
}

/** The first silence that ended after a place, or the last one that ended before it; null when there is none. */
export function neighbouringSilence(
  place: number,
  silences: readonly Silence[],
  direction: 'next' | 'previous',
): Silence | null {
  const after = silencesUpTo(silences, (silence) =>
    direction === 'next' ? silence.place <= place : silence.place < place,
  );
  return silences[direction === 'next' ? after : after - 1] ?? null;
}

/** Time without a frame before this one, where it is long enough to be pointed out: ms, or null. */
export function silenceBefore(
  frame: { readonly at: number },
  previous: { readonly at: number } | undefined,
): number | null {
  const ms = previous === undefined ? 0 : frame.at - previous.at;
  return ms >= SILENCE_MS ? ms : null;
}

/** The silences of a list, and the one before the end, for which no frame stands. @param lastFrameAt null: there was no frame */
export function withLastSilence(
  silences: readonly Silence[],
  total: number,
  lastFrameAt: number | null,
  endedAt: number | null,
): readonly Silence[] {
  if (lastFrameAt === null || endedAt === null) return silences;
  const ms = silenceBefore({ at: endedAt }, { at: lastFrameAt });
  return ms === null ? silences : [...silences, { place: total, ms }];
}
