import { performance } from 'node:perf_hooks';

// Both once: the global `performance` and its `timeOrigin` are getters, and this is asked with every read.
const START = performance.timeOrigin;

/**
 * Milliseconds since the epoch with microseconds, never going back: wall time at the start of the process plus the
 * monotonic clock. A stepped wall clock would otherwise make silences of facts.
 */
export const now = (): number => START + performance.now();
