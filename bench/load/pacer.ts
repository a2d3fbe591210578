/** How often the pace is looked at, in ms: frames of one look go out together, as few as a timer can give. */
const TICK_MS = 1;

/**
 * Calls `act` so many times a second, evenly, and catches up after a late timer.
 * @param perSecond calls a second
 * @returns how often it was called, after `seconds`
 */
export function pace(perSecond: number, seconds: number, act: () => void): Promise<number> {
  const total = Math.round(perSecond * seconds);
  const start = performance.now();
  let done = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * perSecond));
      for (; done < due; done++) act();
      if (done < total) return;
      clearInterval(timer);
      resolve(done);
    }, TICK_MS);
  });
}

/** Calls back with each of a list in turn, for ever. */
export function* inTurn<T>(items: readonly T[]): Generator<T, never> {
  if (items.length === 0) throw new RangeError('nothing to take in turn');
  for (;;) yield* items;
}
