import type { Side } from '../../evidence/fact.ts';
import { GAP_THRESHOLDS_MS, type Totals } from '../../evidence/timeline.ts';
import type { PerSide } from '../api.ts';

/** What the connections of one tap have carried since the start, the open ones included. It never gets less. */
export interface TapTraffic {
  readonly tap: string;
  readonly connections: number;
  readonly frames: PerSide<number>;
  readonly bytes: PerSide<number>;
  /** Natural gaps of at least GAP_THRESHOLDS_MS[i]. */
  readonly gaps: readonly number[];
}

/** A sum that grows. */
export class TrafficSum {
  connections = 0;
  readonly frames: Record<Side, number> = { client: 0, server: 0 };
  readonly bytes: Record<Side, number> = { client: 0, server: 0 };
  readonly gaps: number[] = GAP_THRESHOLDS_MS.map(() => 0);

  add(totals: Totals): void {
    for (const side of ['client', 'server'] as const) {
      this.frames[side] += totals[side].frames;
      this.bytes[side] += totals[side].bytes;
    }
    for (const i of this.gaps.keys()) this.gaps[i] = (this.gaps[i] ?? 0) + (totals.gaps[i] ?? 0);
  }

  copy(): TrafficSum {
    const sum = new TrafficSum();
    sum.connections = this.connections;
    Object.assign(sum.frames, this.frames);
    Object.assign(sum.bytes, this.bytes);
    for (const [i, count] of this.gaps.entries()) sum.gaps[i] = count;
    return sum;
  }
}
