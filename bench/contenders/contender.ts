import { processTree } from '../measure/process-cost.ts';

/** A relay under test, running, with the sink as its target. */
export interface Contender {
  readonly name: ContenderName;
  /** Where it listens. */
  readonly port: number;
  /** The sink's port behind it. */
  readonly target: number;
  /** All its processes. */
  readonly pids: readonly number[];
  /** Ends it by its pid, and removes what it left. */
  readonly stop: () => Promise<unknown>;
}

export const CONTENDERS = ['hangup', 'pipe', 'http-proxy', 'http-proxy-3', 'nginx', 'haproxy', 'mitmproxy'] as const;
export type ContenderName = (typeof CONTENDERS)[number];

/** Why one cannot be started here, in a few words. */
export class NotHere extends Error {}

/** @param pid of the process that was started: its children belong to it */
export const contender = (
  name: ContenderName,
  place: { readonly port: number; readonly target: number },
  pid: number,
  stop: () => Promise<unknown>,
): Contender => ({ name, port: place.port, target: place.target, pids: processTree(pid), stop });
