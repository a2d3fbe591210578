import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { inWatchedGroup, markIn } from '../../../src/nginx/prove/janitor.ts';
import { Program } from '../../kit/program.ts';
import { temporaryFolder } from '../../kit/temporary.ts';

const JANITOR = new URL('../../../src/nginx/prove/janitor.ts', import.meta.url).href;

/** A process that has a janitor for each of these folders. */
async function holderOf(folders: readonly string[], then = ''): Promise<Program> {
  const script = `import { FolderJanitor } from ${JSON.stringify(JANITOR)};
    const janitors = ${JSON.stringify(folders)}.map((folder) => new FolderJanitor(folder));
    setInterval(() => undefined, 1000);
    ${then}
    process.stdout.write('ready');`;
  const holder = Program.start([process.execPath, '--input-type=module', '-e', script]);
  await holder.untilSays(/ready/);
  return holder;
}

/** Empty where there is no such process, or where it has ended and nobody has asked how. */
const commandOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

/** Resolves when nothing waits to remove something in this folder any more. */
const janitorsHaveGone = (folder: string): Promise<void> =>
  vi.waitFor(() => {
    const left = readdirSync('/proc').filter((pid) => commandOf(pid).includes(`hangup-janitor\0${folder}`));
    expect(left).toEqual([]);
  });

/** @param of the name of the folder that has such a mark; null for none */
function made(parent: string, name: string, of: string | null): string {
  const folder = join(parent, name);
  mkdirSync(join(folder, 'temp'), { recursive: true });
  if (of !== null) writeFileSync(join(folder, basename(markIn(join(parent, of)))), '');
  return folder;
}

describe('when a process is killed', () => {
  it('its folders go, and nothing else that has their names by then', async () => {
    const parent = temporaryFolder('janitor');
    const own = made(parent, "own ' $HOME `x`", "own ' $HOME `x`");
    const unmarked = made(parent, 'unmarked', null);
    const others = made(parent, 'others', 'another');
    const empty = join(parent, 'empty');
    mkdirSync(empty);
    const linked = join(parent, 'linked');
    symlinkSync(made(parent, 'target', 'linked'), linked);
    const holder = await holderOf([own, unmarked, others, empty, linked, join(parent, 'never-made')]);
    await holder.stop('SIGKILL');
    await janitorsHaveGone(parent);
    expect(readdirSync(parent).sort()).toEqual(['linked', 'others', 'target', 'unmarked']);
    expect(existsSync(markIn(linked))).toBe(true);
  });

  it('a folder stays that it has said to be done with', async () => {
    const parent = temporaryFolder('janitor');
    const folder = made(parent, 'kept', 'kept');
    const holder = await holderOf([folder], 'for (const janitor of janitors) janitor.dismiss();');
    await janitorsHaveGone(parent);
    await holder.stop('SIGKILL');
    expect(existsSync(markIn(folder))).toBe(true);
  });
});

describe('a watched group', () => {
  /** A master that starts a worker, says its number and waits. */
  const master = (then: string): readonly string[] => ['/bin/sh', '-c', `sleep 60 & echo $!; ${then}`];

  async function started(command: readonly string[]) {
    const [program = '', ...args] = inWatchedGroup(command);
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    child.stdin.on('error', () => undefined);
    const [said] = await once(child.stdout, 'data');
    return { child, worker: String(said).trim() };
  }

  it('is killed as a whole when the pipe closes', async () => {
    const { child, worker } = await started(master('wait'));
    child.stdin.destroy();
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    await vi.waitFor(() => expect(commandOf(worker)).toBe(''));
  });

  it('is not left behind by a master that ends alone', async () => {
    const { child, worker } = await started(master('read -r word; exit 3'));
    expect(await once(child, 'exit')).toEqual([3, null]);
    await vi.waitFor(() => expect(commandOf(worker)).toBe(''));
  });

  it('is deaf to the signals that end a whole service, and still there after them', async () => {
    const { child, worker } = await started(['/bin/sh', '-c', "trap '' TERM; sleep 60 & echo $!; wait"]);
    if (child.pid === undefined) throw new Error('nothing was started');
    process.kill(-child.pid, 'SIGTERM');
    child.stdin.destroy();
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    await vi.waitFor(() => expect(commandOf(worker)).toBe(''));
  });
});
