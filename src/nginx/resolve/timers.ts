import type { AppliedTimer, Effective, Resolution } from './types.ts';

/** What each timer does to a WebSocket, as it was measured on nginx 1.22.1 (GROUND-TRUTH §1, §2). */
interface Timer {
  readonly name: string;
  readonly does: string;
  /** What it does at 0, where that is something else. */
  readonly atZero?: string;
  readonly cutsIdle: boolean;
  /** Whether it applies at all. */
  readonly when?: (resolution: Resolution) => boolean;
}

const TIMERS: readonly Timer[] = [
  {
    name: 'proxy_read_timeout',
    does: 'ends the WebSocket when no byte has passed for this long, in either direction; pings and pongs count, TCP keepalive does not',
    // Measured on 1.22.1: the answer comes within milliseconds.
    atZero: 'is not off at 0: nginx answers 504 at once',
    cutsIdle: true,
  },
  {
    name: 'proxy_send_timeout',
    does: 'ends the WebSocket when the backend takes none of the bytes that wait for it for this long',
    cutsIdle: false,
  },
  {
    name: 'send_timeout',
    does: 'ends the WebSocket when the client takes none of the bytes that wait for it for this long',
    cutsIdle: false,
  },
  {
    name: 'worker_shutdown_timeout',
    does: 'ends every WebSocket of the old workers this long after a reload, however busy it is',
    cutsIdle: false,
    when: ({ effective }) => effective.one('worker_shutdown_timeout') !== null,
  },
  {
    name: 'proxy_connect_timeout',
    does: 'answers 504 when the backend cannot be reached for this long; nothing after that',
    cutsIdle: false,
  },
  {
    name: 'resolver_timeout',
    does: 'answers 502 when the name of the backend has no answer from DNS for this long; nothing after that',
    cutsIdle: false,
    when: ({ outcome, effective }) =>
      outcome.kind === 'proxy' && outcome.upstream === null && effective.one('resolver') !== null,
  },
  {
    name: 'client_header_timeout',
    does: 'ends a connection whose request has not come whole for this long; nothing after the upgrade',
    cutsIdle: false,
  },
  {
    name: 'keepalive_timeout',
    does: 'ends a connection that waits for another request; nothing after the upgrade',
    cutsIdle: false,
  },
];

/** The time limits of a request that is passed on, those that can end an idle WebSocket first; none where nginx itself answers. */
export function appliedTimers(resolution: Resolution): readonly AppliedTimer[] {
  if (resolution.outcome.kind !== 'proxy') return [];
  return TIMERS.filter(({ when }) => when?.(resolution) ?? true).map((timer) => applied(timer, resolution.effective));
}

function applied({ name, does, atZero, cutsIdle }: Timer, effective: Effective): AppliedTimer {
  const time = effective.time(name);
  return { name, ...time, does: time.ms === 0 && atZero !== undefined ? atZero : does, cutsIdle };
}

/** The one that an idle WebSocket meets first, or null where there is none or its length is not known. */
export function smallestIdleTimer(timers: readonly AppliedTimer[]): (AppliedTimer & { readonly ms: number }) | null {
  let smallest: (AppliedTimer & { readonly ms: number }) | null = null;
  for (const timer of timers) {
    const { ms } = timer;
    if (timer.cutsIdle && ms !== null && (smallest === null || ms < smallest.ms)) smallest = { ...timer, ms };
  }
  return smallest;
}
