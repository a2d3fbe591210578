import { useEffect, useState } from 'preact/hooks';
import type { ConnectionDetail, GapsPage } from '../../../api.ts';
import { gapsOf } from './ask.ts';
import { grownGaps } from './places.ts';

/** The silences of a connection: as they were asked for, with those that it has made since; asked for again at its end. */
export function useGaps(detail: ConnectionDetail, first: GapsPage): GapsPage {
  const [known, know] = useState(first);
  const { connection, state, lastFrames } = detail;
  const [stateAtFirst] = useState(state);
  useEffect(() => {
    if (state === stateAtFirst || state !== 'closed') return undefined;
    const controller = new AbortController();
    // Without an answer those that are known stay.
    gapsOf(connection, controller.signal).then(know, () => undefined);
    return () => controller.abort();
  }, [connection, state, stateAtFirst]);
  useEffect(() => {
    know((before) => {
      const gaps = grownGaps(before.gaps, lastFrames);
      return gaps === before.gaps ? before : { gaps, total: before.total + gaps.length - before.gaps.length };
    });
  }, [lastFrames]);
  return known;
}
