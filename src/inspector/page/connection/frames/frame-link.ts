import { useEffect, useRef } from 'preact/hooks';
import { address, setQuery } from '../../address.ts';

/** The URL follows the reader no faster than this, in ms: browsers refuse more than 100 changes in 30 s. */
const FOLLOW_MS = 500;

/**
 * Keeps the place in the list in the URL (`?frame=INDEX`), and hears of places that others put there.
 *
 * @param index of the frame where the reader is; null: at the end, which needs no saying; undefined: not known yet
 * @param goTo called when a link within the page asks for a frame
 */
export function useFrameLink(index: number | null | undefined, goTo: (index: number) => void): void {
  const asked = address.value.searchParams.get('frame');
  const written = useRef(asked);
  const latest = useRef(goTo);
  latest.current = goTo;
  useEffect(() => {
    if (asked === written.current) return;
    written.current = asked;
    if (asked !== null && /^\d{1,15}$/.test(asked)) latest.current(Number(asked));
  }, [asked]);
  useEffect(() => {
    if (index === undefined) return undefined;
    const timer = setTimeout(() => {
      const text = index === null ? null : String(index);
      if (text === written.current && !address.value.searchParams.has('at')) return;
      written.current = text;
      setQuery({ frame: text, at: null });
    }, FOLLOW_MS);
    return () => clearTimeout(timer);
  }, [index]);
}
