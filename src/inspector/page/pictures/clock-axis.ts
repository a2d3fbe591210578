import { clockTicks } from './clock-ticks.ts';
import type { Tick } from './time-scale.ts';

/** A linear axis of clock time. */
export interface ClockAxis {
  /** ms since the epoch at its ends, and where these stand in CSS pixels. */
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly right: number;
}

export const xOf = ({ from, to, left, right }: ClockAxis, at: number): number =>
  left + ((at - from) / (to - from)) * (right - left);

export const timeAt = ({ from, to, left, right }: ClockAxis, x: number): number =>
  from + ((x - left) / (right - left)) * (to - from);

/** What clocks are divided into, in ms; nothing here is told by less than a second. */
const STEPS_MS = [
  1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000,
].map((seconds) => seconds * 1000);
/** Room for `08:00:00` or `31 Dec`, and air. */
const APART_PX = 64;
const HALF_PX = 24;

/** Ticks on whole steps of the local clock, as many as there is room for. @param width of the picture, which no text leaves */
export function clockAxisTicks(axis: ClockAxis, width: number): Tick[] {
  const { from, to, left, right } = axis;
  const perPx = (to - from) / (right - left);
  const step = STEPS_MS.find((ms) => ms / perPx >= APART_PX) ?? to - from;
  const zoneMs = new Date(from).getTimezoneOffset() * 60_000;
  const times: number[] = [];
  for (let at = Math.ceil((from - zoneMs) / step) * step + zoneMs; at <= to; at += step) {
    const x = xOf(axis, at);
    if (x >= HALF_PX && x <= width - HALF_PX) times.push(at);
  }
  return clockTicks(times, step).map((text, i) => ({ x: xOf(axis, times[i] ?? from), text }));
}
