/**
 * At which idle times the connections of one leg were ended lately: a timer ends many at the same one, chance does not.
 *
 * Ends within one group count once, or a reload of many connections that heard the same broadcast would make a timer. And a
 * time recurs only where it stands out: on a busy tap some two random ends always agree, so at least half of the ends within
 * a second of this idle time must agree with it (at random one in seven would).
 */

/** Incidents remembered a leg; a timer that matters recurs among so many. */
const REMEMBERED = 64;
/** Legs (tap and side) remembered. */
const MAX_LEGS = 256;
/** Two ends by the same timer: −10 … +65 ms each (known-timers.ts), so at most this far apart, in ms. */
export const SAME_IDLE_MS = 75;
/** Around it, where random ends would stand as well, in ms. */
const NEIGHBOURHOOD_MS = 1000;
/** Shorter silences say nothing: every chat pauses for a second or two, in ms. */
const SHORTEST_MS = 2000;

interface Incident {
  readonly at: number;
  readonly idleMs: number;
}

export class IdleMemory {
  readonly #legs = new Map<string, Incident[]>();
  readonly #groupMs: number;

  /** @param groupMs ends with the same idle time within so many ms are one incident */
  constructor(groupMs: number) {
    this.#groupMs = groupMs;
  }

  add(leg: string, at: number, idleMs: number): void {
    if (idleMs < SHORTEST_MS) return;
    const incidents = this.#legs.get(leg) ?? [];
    const oneGroup = incidents.some(
      (known) => Math.abs(known.at - at) <= this.#groupMs && Math.abs(known.idleMs - idleMs) <= SAME_IDLE_MS,
    );
    if (oneGroup) return;
    incidents.push({ at, idleMs });
    if (incidents.length > REMEMBERED) incidents.shift();
    this.#legs.set(leg, incidents);
    if (this.#legs.size > MAX_LEGS) {
      for (const oldest of this.#legs.keys()) {
        if (oldest !== leg) this.#legs.delete(oldest);
        if (this.#legs.size <= MAX_LEGS) break;
      }
    }
  }

  /** How many incidents had this idle time, this one included; 1 when it does not stand out. */
  times(leg: string, idleMs: number): number {
    const near = (this.#legs.get(leg) ?? []).filter((known) => Math.abs(known.idleMs - idleMs) <= NEIGHBOURHOOD_MS);
    const same = near.filter((known) => Math.abs(known.idleMs - idleMs) <= SAME_IDLE_MS);
    return same.length * 2 >= near.length ? Math.max(1, same.length) : 1;
  }
}
