import type { Journal } from '../../src/evidence/journal.ts';
import { type Made, recordClosed } from './made.ts';

const MINUTE_MS = 60_000;

/** What 65 connections of two hours came to, last closed last: an idle timer of 60 s stands out, and a reload. */
export function dayOf(now: number): Made[] {
  const made: Omit<Made, 'n'>[] = [];
  const add = (count: number, one: (i: number) => Omit<Made, 'n' | 'openedAt'>) => {
    for (let i = 0; i < count; i++) {
      const each = one(i);
      made.push({ openedAt: each.closedAt - (each.idleMs ?? 0) - (i + 1) * 10_000, ...each });
    }
  };
  const ago = (minutes: number): number => now - minutes * MINUTE_MS;
  add(30, (i) => ({ ending: 'idle', idleMs: 60_000 + i * 7, closedAt: ago(4 * i + 2) }));
  add(12, (i) => ({
    ending: 'goingAway',
    idleMs: 300 + i * 900,
    closedAt: ago(9 * i + 3),
    tap: 'edge',
    user: 'alice',
  }));
  add(8, (i) => ({ ending: 'pong', idleMs: 100_000 + i * 11, closedAt: ago(14 * i + 5), userAgent: 'matterbot/2.1' }));
  add(5, (i) => ({ ending: 'silent', idleMs: 240_000 + i, closedAt: ago(21 * i + 7), tap: 'edge', keepaliveMs: null }));
  add(4, (i) => ({ ending: 'unsure', idleMs: 20_000 + i * 3000, closedAt: ago(25 * i + 8), user: 'claw_bot' }));
  add(6, (i) => ({ ending: 'reload', idleMs: 1000 + i * 7000, closedAt: ago(31) + i * 20, together: 6 }));
  return made.sort((a, b) => a.closedAt - b.closedAt).map((each, i) => ({ ...each, n: i + 1 }));
}

/** Writes it into a journal. @returns what was written, when the stage has started */
export function seededDay(): { readonly seed: (journal: Journal) => void; readonly made: readonly Made[] } {
  const made: Made[] = [];
  const seed = (journal: Journal): void => {
    made.push(...dayOf(Date.now()));
    for (const each of made) recordClosed(journal, each);
    const first = made[0]?.closedAt ?? 0;
    for (let i = 0; i < 60; i++) {
      const trips = { count: 20 + i, minMs: 0.4, p50Ms: 1.5 + i / 60, p95Ms: 4, maxMs: 12 };
      for (const leg of ['client', 'server'] as const)
        journal.roundTrips({ at: first + i * MINUTE_MS, tap: 'inner', leg, ...trips });
    }
  };
  return { seed, made };
}
