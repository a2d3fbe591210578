import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { readTheme, type Theme } from './theme.ts';

interface PlotProps {
  /** Makes it anew when `shape` changes, or the colour scheme. */
  readonly make: (theme: Theme) => Omit<uPlot.Options, 'width' | 'height'>;
  readonly shape: string;
  readonly data: uPlot.AlignedData;
  /** CSS pixels, axes included. */
  readonly height: number;
  readonly label: string;
  /** Id of the sentence that describes it. */
  readonly says: string;
}

/** A uPlot that fits its parent, follows the colour scheme, and goes when it must. */
export function Plot({ make, shape, data, height, label, says }: PlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef({ make, data });
  latest.current = { make, data };

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const draw = () => {
      plot.current?.destroy();
      const size = { width: Math.max(1, element.clientWidth), height };
      plot.current = new uPlot({ ...latest.current.make(readTheme(element)), ...size }, latest.current.data, element);
    };
    const fit = () => {
      const width = Math.max(1, element.clientWidth);
      if (plot.current !== null && plot.current.width !== width) plot.current.setSize({ width, height });
    };
    draw();
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', draw);
    return () => {
      dark.removeEventListener('change', draw);
      observer.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [shape, height]);

  useEffect(() => {
    if (plot.current !== null && plot.current.data !== data) plot.current.setData(data);
  }, [data]);

  return <div ref={frame} class="pic-plot" role="img" aria-label={label} aria-describedby={says} />;
}
