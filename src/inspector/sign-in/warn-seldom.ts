/** Between two warnings of the same kind, in ms: somebody who guesses must not fill the log. */
const SELDOM_MS = 60_000;

/** The same function, silent for a minute after each call. */
export function warnSeldom(warn: (message: string) => void): (message: string) => void {
  let next = Number.NEGATIVE_INFINITY;
  return (message) => {
    const now = performance.now();
    if (now < next) return;
    next = now + SELDOM_MS;
    warn(message);
  };
}
