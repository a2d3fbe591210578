import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInstalled, sbinPath } from '../../test/kit/program.ts';
import { removeFolder, temporaryFolder } from '../../test/kit/temporary.ts';
import { median } from '../measure/statistics.ts';
import { largeConfigurations } from '../programs/large-configurations.ts';
import { SectionDraft, type SectionResult } from '../report/result.ts';
import type { BenchContext } from './context.ts';

const ROUNDS = { quick: 3, full: 9 };

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** How long `hangup check` takes, beside `nginx -t` on the same files: turn by turn, so that both have the same machine. */
export async function checkSection({ quick, say }: BenchContext): Promise<SectionResult> {
  const folder = temporaryFolder('large');
  const draft = new SectionDraft();
  const rounds = quick ? ROUNDS.quick : ROUNDS.full;
  const withNginx = isInstalled('nginx');
  try {
    for (const { name, text, budgetMs } of largeConfigurations()) {
      say(`check: ${name}`);
      const file = join(folder, 'nginx.conf');
      writeFileSync(file, text);
      const own: number[] = [];
      const theirs: number[] = [];
      for (let round = 0; round < rounds; round++) {
        own.push(timed(process.execPath, [MAIN, 'check', file, '--json', '--nginx-version', '1.22.1'], [0, 1]));
        if (withNginx) theirs.push(timed('nginx', ['-t', '-p', folder, '-e', 'stderr', '-c', file], [0]));
      }
      const ms = median(own);
      const nginxMs = withNginx ? median(theirs) : null;
      draft.row(name, text.split('\n').length, ms, nginxMs, nginxMs === null ? null : ms / nginxMs);
      draft.atMost(budgetMs, 'ms', name, ms);
    }
  } finally {
    removeFolder(folder);
  }
  if (!withNginx) draft.notes.push('nginx is not installed (nginx-light): not compared');
  return draft.done('check', 'hangup check on 20,000 lines, whole process, ms', [
    '',
    'lines',
    'hangup',
    'nginx -t',
    'ratio',
  ]);
}

function timed(program: string, args: readonly string[], expected: readonly number[]): number {
  const begin = performance.now();
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', env: sbinPath(), maxBuffer: 1e9 });
  const ms = performance.now() - begin;
  if (status === null || !expected.includes(status)) throw new Error(`${program} ended with ${status}:\n${stderr}`);
  return ms;
}
