/** What a process and its children have used, as the kernel accounts for it. */

import { readdirSync, readFileSync } from 'node:fs';
import { childrenOf } from '../../test/kit/program.ts';

/** A process, its children, and theirs. */
export function processTree(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(processTree)];
}

/**
 * CPU time of all threads so far, user and system, in µs. From `schedstat`, which counts in ns: `stat` has ticks of 10 ms,
 * a tenth of what a round of a second costs. Threads that have ended are not in it.
 */
export function cpuMicros(pids: readonly number[]): number {
  let nanos = 0;
  for (const pid of pids) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      nanos += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    }
  }
  return nanos / 1000;
}

/** Proportional set size in bytes: memory shared with other processes counts by its share. */
export function memoryBytes(pids: readonly number[]): number {
  let kib = 0;
  for (const pid of pids) kib += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);
  return kib * 1024;
}
