import type { RefObject } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';

/**
 * A layout for the width of an element: made again when that changes, or what it shows.
 * @param make gets whole CSS pixels
 * @returns null until the element is laid out
 */
export function useLayout<D, L>(
  make: (data: D, width: number) => L,
  data: D,
): [RefObject<HTMLDivElement | null>, L | null] {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = () => setWidth(Math.floor(element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, useMemo(() => (width === 0 ? null : make(data, width)), [data, width])];
}
