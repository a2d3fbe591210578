import type { IndexedFrame } from '../../../../evidence/journal-reader.ts';
import type { FramesPage, FramesQuery, GapsPage } from '../../../api.ts';
import { SILENCE_MS, type Silence } from './silences.ts';

/** `GET …/frames` of one connection. */
export type AskFrames = (query: FramesQuery, signal?: AbortSignal) => Promise<FramesPage>;

/** What a link says of the place in the list: `?frame=INDEX`, `?at=MS`; null: it says nothing. */
export interface AskedPlace {
  readonly frame: number | null;
  readonly at: number | null;
}

export function askedPlace(query: URLSearchParams): AskedPlace {
  return { frame: wholeNumber(query.get('frame')), at: wholeNumber(query.get('at')) };
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,15}(\.\d+)?$/.test(text) ? Math.floor(Number(text)) : null;
}

/** A place in the list asked for, and how many frames that list has. */
export interface Place {
  readonly place: number;
  readonly total: number;
}

/** The place of the first frame at or after a time; the last one when there is none. @param at ms since the epoch */
export async function placeOfTime(at: number, control: boolean, ask: AskFrames): Promise<Place> {
  const { first, total } = await ask({ at, limit: 1, control });
  return { place: Math.min(first, Math.max(0, total - 1)), total };
}

/** The place of a frame by its index: the same in the whole list; without control frames its time tells. */
export async function placeOfFrame(index: number, control: boolean, ask: AskFrames): Promise<Place> {
  const { frames, total } = await ask({ from: index, limit: 1, control: true });
  if (control) return { place: Math.min(index, Math.max(0, total - 1)), total };
  return placeOfTime(frames[0]?.at ?? Number.MAX_SAFE_INTEGER, control, ask);
}

/** Where to begin: null means the end of the list. */
export async function startOf(
  asked: AskedPlace,
  control: boolean,
  ask: AskFrames,
): Promise<{ readonly place: number | null; readonly total: number }> {
  if (asked.frame !== null) return placeOfFrame(asked.frame, control, ask);
  if (asked.at !== null) return placeOfTime(asked.at, control, ask);
  const { total } = await ask({ limit: 1, control });
  return { place: null, total };
}

type Gap = GapsPage['gaps'][number];

/** Known silences, and those that show among the last frames and ended after them: an open connection makes new ones. */
export function grownGaps(gaps: readonly Gap[], lastFrames: readonly IndexedFrame[]): readonly Gap[] {
  const known = gaps.at(-1)?.index ?? -1;
  const fresh = lastFrames.flatMap((frame, i): Gap[] => {
    const previous = lastFrames[i - 1];
    if (previous === undefined || frame.index <= known) return [];
    const ms = frame.at - previous.at;
    return ms >= SILENCE_MS ? [{ index: frame.index, at: frame.at, ms }] : [];
  });
  return fresh.length === 0 ? gaps : [...gaps, ...fresh];
}

export const silencesOf = (gaps: readonly Gap[]): Silence[] => gaps.map(({ index, ms }) => ({ place: index, ms }));
