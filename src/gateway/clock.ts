/**
 * Milliseconds since the epoch with microseconds, never going back: wall time at the start of the process plus the
 * monotonic clock. A stepped wall clock would otherwise make silences of facts.
 */
export const now = (): number => performance.timeOrigin + performance.now();
