import type { Site, SocketPath } from '../sites.ts';
import type { Trial, Trials } from '../trials.ts';
import { over } from './idle.ts';

/** What a reload (SIGHUP) does to WebSockets that are open. */
export interface ReloadResult {
  /** Sockets that were open. */
  readonly open: number;
  /** Of those, how long after the signal each was cut, in the copy's time. */
  readonly cutAfterMs: readonly number[];
  /** Those that were still there at the end and answered a ping. */
  readonly usable: number;
  readonly watchedMs: number;
  /** Whether a new WebSocket opens after the reload. */
  readonly opensNew: boolean;
}

/** How long to look where nothing says that the old worker will ever end. */
const WITHOUT_TIMEOUT_MS = 3_000;
const PONG_TIMEOUT_MS = 2_000;

export interface ReloadPlan {
  readonly sockets: readonly { readonly site: Site; readonly path: SocketPath }[];
  /** `worker_shutdown_timeout` in the copy; null where it is not set. */
  readonly shutdownMs: number | null;
  readonly waitMs: number;
}

/** How long the open sockets will be watched, in ms. */
export function watchMs({ shutdownMs, waitMs }: Pick<ReloadPlan, 'shutdownMs' | 'waitMs'>): number {
  return Math.min(waitMs, shutdownMs === null ? WITHOUT_TIMEOUT_MS : shutdownMs * 1.05 + 1_500);
}

/** @param trials on a copy whose idle timers never fire */
export async function measureReload(trials: Trials, plan: ReloadPlan, signal: AbortSignal): Promise<ReloadResult> {
  const tried = await Promise.all(plan.sockets.map(({ site, path }) => trials.upgrade(site, path)));
  const open = tried.filter(({ answer }) => answer?.status === 101);
  try {
    await trials.running.process.reload();
    const reloadedAt = performance.now();
    const [first] = plan.sockets;
    const fresh = first === undefined ? null : await trials.upgrade(first.site, first.path);
    fresh?.client?.close();
    const watchedMs = watchMs(plan);
    const ends = await Promise.all(
      open.map(({ client }) => Promise.race([client?.ended ?? null, over(watchedMs, signal)])),
    );
    const cutAfterMs = ends.flatMap((end) => (end === null ? [] : [end.at - reloadedAt]));
    const left = open.filter((_, nth) => ends[nth] === null);
    const usable = (await Promise.all(left.map(answersPing))).filter(Boolean).length;
    return { open: open.length, cutAfterMs, usable, watchedMs, opensNew: fresh?.answer?.status === 101 };
  } finally {
    for (const { client } of tried) client?.close();
  }
}

async function answersPing({ client }: Trial): Promise<boolean> {
  if (client === null) return false;
  const pong = client.ping().then(() => true);
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), PONG_TIMEOUT_MS).unref());
  return await Promise.race([pong, late]);
}
