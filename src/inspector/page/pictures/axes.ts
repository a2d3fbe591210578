import type uPlot from 'uplot';
import { clockTicks } from './clock-ticks.ts';
import type { Theme } from './theme.ts';

/** The axes of the pictures over time. */

const FONT_PX = 11;

const look = ({ muted, line, font }: Theme): uPlot.Axis => ({
  font: `${FONT_PX}px ${font}`,
  stroke: muted,
  grid: { stroke: line, width: 1 },
  ticks: { stroke: line, width: 1, size: 4 },
});

/** What clocks are divided into, in ms; nothing here is told by less than a second. */
const CLOCK_STEPS_MS = [
  1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
].map((seconds) => seconds * 1000);

export const clockAxis = (theme: Theme): uPlot.Axis => ({
  ...look(theme),
  grid: { show: false },
  size: 28,
  space: 64,
  incrs: CLOCK_STEPS_MS,
  values: (_, splits, __, ___, step) => clockTicks(splits, step),
});

export const countAxis = (theme: Theme): uPlot.Axis => ({
  ...look(theme),
  ticks: { show: false },
  size: 40,
  space: 34,
  // A count is a whole number.
  incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 1_000_000],
});

/** @param values texts of the splits; null for those without */
export const valueAxis = (theme: Theme, values: (splits: number[]) => (string | null)[]): uPlot.Axis => ({
  ...look(theme),
  grid: {
    stroke: theme.line,
    width: 1,
    filter: (_, splits) => splits.map((at, i) => (values(splits)[i] === null ? null : at)),
  },
  ticks: { show: false },
  size: 52,
  filter: (_, splits) => splits,
  values: (_, splits) => values(splits),
});
