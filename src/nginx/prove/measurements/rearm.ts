import type { Site, SocketPath } from '../sites.ts';
import type { Trials } from '../trials.ts';
import { over } from './idle.ts';

/** Whether one ping frame, from either side, starts nginx's timer anew. */
export type RearmResult =
  | { readonly kind: 'rearmed' }
  /** Cut when it would have been without the ping. */
  | { readonly kind: 'not-rearmed'; readonly afterMs: number }
  | { readonly kind: 'unmeasured'; readonly because: string };

/** nginx moves a timer only by 300 ms and more (GROUND-TRUTH §2), so a ping has to be later than that. */
const LEAST_PING_MS = 500;
const LEAST_TIMER_MS = 800;

/** When to ping, and until when to look: a tenth into the timer, and half of that past its first end. In ms. */
export function schedule(timerMs: number): { readonly pingMs: number; readonly untilMs: number } {
  const pingMs = Math.max(LEAST_PING_MS, timerMs / 10);
  return { pingMs, untilMs: timerMs + pingMs / 2 };
}

/** @param timerMs the timer in force in the copy, or null where it is not known */
export async function measureRearm(
  trials: Trials,
  site: Site,
  path: SocketPath,
  from: 'client' | 'server',
  timerMs: number | null,
  waitMs: number,
  signal: AbortSignal,
): Promise<RearmResult> {
  if (timerMs === null) return { kind: 'unmeasured', because: 'the timer is not known' };
  if (timerMs < LEAST_TIMER_MS)
    return { kind: 'unmeasured', because: `the timer of ${Math.round(timerMs)} ms is too short` };
  const { pingMs, untilMs } = schedule(timerMs);
  if (untilMs > waitMs) return { kind: 'unmeasured', because: `it takes --wait ${Math.ceil(untilMs / 1000)}s` };
  const trial = await trials.upgrade(site, path);
  const { client } = trial;
  const server = trials.backend.socket(trial.id);
  if (client === null || server === null || trial.answer?.status !== 101) {
    return { kind: 'unmeasured', because: trial.failure ?? 'no upgrade' };
  }
  const startedAt = client.lastByteAt;
  const early = await Promise.race([client.ended, over(pingMs, signal)]);
  if (early !== null) return { kind: 'unmeasured', because: 'the connection ended before the ping' };
  if (from === 'client') void client.ping();
  else server.ping();
  const ended = await Promise.race([client.ended, over(untilMs - pingMs, signal)]);
  client.close();
  if (ended !== null) return { kind: 'not-rearmed', afterMs: ended.at - startedAt };
  return signal.aborted ? { kind: 'unmeasured', because: 'interrupted' } : { kind: 'rearmed' };
}
