import type { ComponentChildren } from 'preact';
import { type Bar, type Bucket, barsWithin, joined } from './bars.ts';
import { type Choosing, type OnSpan, useChoosing } from './choosing.ts';
import { fullOnes } from './parties.ts';
import { Readout } from './Readout.tsx';

interface BarPlotProps {
  readonly layout: {
    readonly width: number;
    readonly height: number;
    readonly top: number;
    readonly axisY: number;
    readonly bars: readonly Bar[];
  };
  readonly label: string;
  /** Id of the sentence that describes it. */
  readonly says: string;
  readonly words: (bucket: Bucket) => string;
  /** What stands below it while nothing is pointed at. */
  readonly rest: string;
  readonly onSpan: OnSpan | undefined;
  /** Drawn behind the bars, and before them. */
  readonly behind: ComponentChildren;
  readonly children: ComponentChildren;
}

/** Bars that say their numbers when they are pointed at, and of which one or several in a row can be chosen. */
export function BarPlot({ layout, label, says, words, rest, onSpan, behind, children }: BarPlotProps) {
  const { width, height, bars } = layout;
  const choosing = useChoosing(bars, onSpan);
  return (
    <>
      <svg
        class="pic-svg pic-bars"
        width={width}
        height={height}
        role={onSpan === undefined ? 'img' : 'group'}
        aria-label={label}
        aria-describedby={says}
        {...choosing.handlers}
      >
        {behind}
        <Marked layout={layout} choosing={choosing} />
        {fullOnes(bars).map((bar) => (
          <BarShape key={bar.from} bar={bar} layout={layout} words={words} onSpan={onSpan} choosing={choosing} />
        ))}
        {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a group of an SVG takes no focus */}
        <g class="pic-scenery" aria-hidden="true">
          {children}
        </g>
      </svg>
      <Told bars={bars} words={words} rest={rest} choosing={choosing} />
    </>
  );
}

type BarShapeProps = Pick<BarPlotProps, 'layout' | 'words' | 'onSpan'> & {
  readonly bar: Bar;
  readonly choosing: Choosing;
};

function BarShape({ bar, layout: { top, axisY }, words, onSpan, choosing }: BarShapeProps) {
  const { from, to, left, right, x, width, parts } = bar;
  const drawn = parts.map(({ party, y, height }) => (
    <rect key={party} data-party={party} class="pic-bar" x={x} y={y} width={width} height={height} />
  ));
  if (onSpan === undefined) return <g>{drawn}</g>;
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG has no button element
    <g
      class="pic-button"
      role="button"
      tabindex={from === choosing.tabbed ? 0 : -1}
      aria-label={words(bar)}
      onClick={() => onSpan(from, to)}
      onFocus={() => choosing.onFocus(bar)}
    >
      {drawn}
      <rect class="pic-hit" x={left} y={top} width={right - left} height={axisY - top} />
    </g>
  );
}

interface MarkedProps {
  readonly layout: BarPlotProps['layout'];
  readonly choosing: Choosing;
}

/** What is pointed at, or what is being chosen. */
function Marked({ layout: { top, axisY, bars }, choosing: { pointed, choice } }: MarkedProps) {
  const chosen = choice.value === null ? undefined : joined(barsWithin(bars, choice.value));
  const marked = chosen ?? bars.find(({ from }) => from === pointed.value);
  if (marked === undefined) return null;
  const { left, right } = marked;
  return (
    <rect
      class={chosen === undefined ? 'pic-pointed' : 'pic-chosen'}
      x={left}
      y={top}
      width={right - left}
      height={axisY - top}
    />
  );
}

interface ToldProps {
  readonly bars: readonly Bar[];
  readonly words: BarPlotProps['words'];
  readonly rest: string;
  readonly choosing: Choosing;
}

function Told({ bars, words, rest, choosing: { pointed, choice } }: ToldProps) {
  const chosen = choice.value === null ? undefined : joined(barsWithin(bars, choice.value));
  const told = chosen ?? bars.find(({ from }) => from === pointed.value);
  return (
    <>
      {/* A bar that has the focus was read aloud already. */}
      <Readout told={told && words(told)} rest={rest} />
      <p class="pic-hidden" role="status">
        {chosen !== undefined && words(chosen)}
      </p>
    </>
  );
}
