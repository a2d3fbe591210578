import type { TimerInForce } from '../copy/timers.ts';
import type { Site, SocketPath } from '../sites.ts';
import type { Trials } from '../trials.ts';

/** How long an open WebSocket may be silent: it is left alone until somebody ends it, or the wait is over. */
export type IdleResult =
  | {
      readonly kind: 'cut';
      /** Since the last byte on the client's side, in the copy's time. */
      readonly afterMs: number;
      readonly manner: 'fin' | 'rst' | 'error';
      /** Whether nginx says so in the error log at the operator's level, and at level info. */
      readonly logged: { readonly operator: boolean; readonly info: boolean };
    }
  | { readonly kind: 'open'; readonly waitedMs: number }
  | { readonly kind: 'failed'; readonly because: string };

/**
 * GROUND-TRUTH §2: nginx fires up to 300 ms early, as it re-arms its timers lazily; and late by as much as this machine is
 * busy.
 */
const EARLY_MS = 350;
const LATE_MS = 500;

/** Whether a cut is this timer's doing. @param scale by which the copy divides it */
export function explains(afterMs: number, timer: TimerInForce, scale: number): boolean {
  if (timer.ms === null) return false;
  const expected = timer.ms / scale;
  return afterMs >= expected - EARLY_MS && afterMs <= expected * 1.05 + LATE_MS;
}

/**
 * How long an idle socket lives outside the copy: the timer's own time where the cut was that timer's doing, since a
 * measurement of a scaled timer is no better than 300 ms times the scale; else what was measured. In ms.
 */
export function lifeOfIdle(afterMs: number, timer: TimerInForce | null, scale: number): number {
  return timer?.ms != null && explains(afterMs, timer, scale) ? timer.ms : afterMs * scale;
}

/** @param signal ends the wait early */
export async function measureIdle(
  trials: Trials,
  site: Site,
  path: SocketPath,
  waitMs: number,
  signal: AbortSignal,
): Promise<IdleResult> {
  const trial = await trials.upgrade(site, path);
  const { client } = trial;
  if (client === null || trial.answer?.status !== 101)
    return {
      kind: 'failed',
      because: trial.failure ?? `the upgrade gets ${trial.answer?.status}, which got through before`,
    };
  const ended = await Promise.race([client.ended, over(waitMs, signal)]);
  if (ended === null) {
    client.close();
    return { kind: 'open', waitedMs: waitMs };
  }
  const about = (log: string): boolean =>
    log.split('\n').some((line) => line.includes('upstream timed out') && line.includes(`connection_id=${trial.id}&`));
  // nginx writes the line before it closes.
  const { process } = trials.running;
  const logged = { operator: about(process.operatorLog()), info: about(process.infoLog()) };
  const manner = ended.manner === 'own' ? 'error' : ended.manner;
  return { kind: 'cut', afterMs: ended.at - client.lastByteAt, manner, logged };
}

/** Resolves with null after so many ms, or when the signal comes; its timer does not outlive it. */
export function over(ms: number, signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve(null);
    };
    const timer = setTimeout(done, ms);
    timer.unref();
    if (signal.aborted) done();
    else signal.addEventListener('abort', done);
  });
}
