import { resolve } from 'node:path';
import { isExecutable } from '../../nginx/prove/nginx-build.ts';
import { SettingsError } from '../../settings/source.ts';
import { parseDuration } from '../../words/duration.ts';

/** As commander hands them over. */
export interface ProveFlags {
  readonly wait?: string;
  readonly scale?: string;
  readonly nginx?: string;
  readonly json?: true;
  readonly host?: string;
}

export interface ProveSettings {
  readonly path: string | undefined;
  readonly waitMs: number;
  readonly scale: number;
  /** The nginx that was named; null for the one of this machine. */
  readonly nginx: string | null;
  readonly json: boolean;
  readonly host: string | null;
}

/** Past Mattermost's recommended 90 s, and its own pong deadline of 100 s (FIELD-NOTES §3). */
const DEFAULT_WAIT = '100s';
/** Less than that and nginx's own slack, 300 ms, is a good part of it (FIELD-NOTES §2). */
const LEAST_WAIT_MS = 2000;
/** A timer of a day waits a day. */
const MOST_WAIT_MS = 86_400_000;
const MOST_SCALE = 1000;

/** @throws SettingsError about a flag that cannot be used */
export function readProveFlags(path: string | undefined, flags: ProveFlags): ProveSettings {
  const scale = Number(flags.scale ?? '1');
  if (!(scale >= 1 && scale <= MOST_SCALE)) {
    throw new SettingsError(`--scale: ${JSON.stringify(flags.scale)} is no number from 1 to ${MOST_SCALE}`);
  }
  const waitMs = readWait(flags.wait, scale);
  if (flags.nginx !== undefined && !isExecutable(flags.nginx)) {
    throw new SettingsError(`--nginx: ${flags.nginx} is no program that can be run`);
  }
  if (flags.host !== undefined && !/^[a-z0-9.-]+$|^\[[0-9a-f:.]+\]$/i.test(flags.host)) {
    throw new SettingsError(`--host: ${JSON.stringify(flags.host)} is no host name; give it without scheme and port`);
  }
  const host = flags.host?.toLowerCase() ?? null;
  return {
    path,
    waitMs,
    scale,
    nginx: flags.nginx === undefined ? null : resolve(flags.nginx),
    json: flags.json ?? false,
    host,
  };
}

/** Timers that were shortened are waited for as much less, unless somebody says how long. */
function readWait(flag: string | undefined, scale: number): number {
  const wait = parseDuration(flag ?? DEFAULT_WAIT);
  if (!wait.ok) throw new SettingsError(`--wait: ${wait.says}`);
  if (wait.value < 1 || wait.value > MOST_WAIT_MS) throw new SettingsError('--wait: give a time from 1ms to 1d');
  return flag === undefined ? Math.max(LEAST_WAIT_MS, wait.value / scale) : wait.value;
}
