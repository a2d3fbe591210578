import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Of the load and of the contenders: else a latency tells how the scheduler happened to place three processes. */
export const LOAD_CPU = 0;
export const CONTENDER_CPU = 1;

/**
 * Keeps processes with all their threads on one CPU, where the machine has two and taskset (util-linux).
 * @returns whether they are kept there
 */
export function keepOn(cpu: number, pids: readonly number[]): boolean {
  if (availableParallelism() < 2) return false;
  return pids.every((pid) => spawnSync('taskset', ['-a', '-c', '-p', `${cpu}`, `${pid}`]).status === 0);
}
