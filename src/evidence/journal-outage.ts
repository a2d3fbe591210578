import type { TroubleReport } from './journal-error.ts';
import type { Gap } from './journal-protocol.ts';

/** A time in which frames are not recorded. */
export class Outage {
  /** `backlog`: the worker takes batches, but too slowly. Any other: it takes none. */
  readonly code: TroubleReport['code'] | 'backlog';
  readonly why: string;
  readonly since: number;
  droppedFrames = 0;
  droppedFacts = 0;

  constructor(trouble: TroubleReport | 'backlog', now: number) {
    this.since = now;
    this.code = trouble === 'backlog' ? 'backlog' : trouble.code;
    this.why = trouble === 'backlog' ? 'the disk is slower than the traffic' : trouble.says;
  }

  gap(now: number): Gap {
    const { since, code, why, droppedFrames, droppedFacts } = this;
    return { since, until: now, code, why, droppedFrames, droppedFacts };
  }

  /** One line for the log. */
  stopped(): string {
    return `recording stopped: ${this.why}; traffic goes on, verdicts are kept in memory`;
  }

  resumed(now: number): string {
    const seconds = Math.round((now - this.since) / 1000);
    const facts = this.droppedFacts === 0 ? '' : ` and ${this.droppedFacts} facts`;
    return `recording resumed after ${seconds} s; ${this.droppedFrames} frames${facts} were not recorded`;
  }
}
