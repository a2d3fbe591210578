import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Journal } from '../../src/evidence/journal.ts';
import { type Made, recordClosed } from './made.ts';

/** The crowd is closed over so long: what is kept is kept for seven days. */
const SPREAD_MS = 6 * 24 * 3_600_000;
/** Connections written between two looks at what waits for the disk. */
const TURN = 500;
const WAITING_BYTES = 32 * 1024 * 1024;

const ENDINGS: readonly Made['ending'][] = ['idle', 'goingAway', 'pong', 'silent', 'unsure', 'idle', 'idle', 'reload'];

/** The nth of many closed connections, the last closed first. @param count how many there are */
export function memberOf(n: number, count: number, now: number): Made {
  const ending = ENDINGS[n % ENDINGS.length] ?? 'idle';
  const closedAt = now - 60_000 - Math.floor((n * SPREAD_MS) / count);
  const idleMs = ending === 'idle' ? 60_000 + (n % 300) : 100 * (1 + (n % 3000));
  const tap = n % 3 === 0 ? 'edge' : 'inner';
  return { n: n + 1, tap, ending, closedAt, idleMs, openedAt: closedAt - idleMs - (n % 5000) * 1000 };
}

/** Writes many closed connections, as fast as the journal takes them. */
export async function recordCrowd(journal: Journal, count: number): Promise<void> {
  const now = Date.now();
  for (let n = 0; n < count; n++) {
    recordClosed(journal, memberOf(n, count, now));
    if (n % TURN !== 0) continue;
    do await nextTurn();
    while (journal.backlogBytes > WAITING_BYTES);
  }
}
