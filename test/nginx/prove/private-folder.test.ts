import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CannotStart } from '../../../src/nginx/prove/cannot-start.ts';
import { markIn } from '../../../src/nginx/prove/janitor.ts';
import { makePrivateFolder } from '../../../src/nginx/prove/private-folder.ts';
import { describeWith } from '../../kit/needs.ts';
import { temporaryFolder } from '../../kit/temporary.ts';

const WORKER = 'nobody';
const usual = process.env.TMPDIR;

/** Everything that is made comes into this folder. */
function inside(folder: string): string {
  process.env.TMPDIR = folder;
  return folder;
}

afterEach(() => {
  if (usual === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = usual;
});

describe('a private folder', () => {
  it('is not made where nginx could not name a file', async () => {
    const parent = join(temporaryFolder('private'), 'a$b');
    mkdirSync(parent);
    inside(parent);
    await expect(makePrivateFolder(WORKER)).rejects.toThrow(CannotStart);
    expect(readdirSync(parent)).toEqual([]);
  });
});

describeWith(['openssl'], 'a private folder', () => {
  it('is gone after it was removed, and there with all of its files before', async () => {
    const parent = inside(temporaryFolder("private 'x'"));
    const folder = await makePrivateFolder(WORKER);
    expect(readdirSync(parent)).toEqual([folder.path.slice(parent.length + 1)]);
    expect(readdirSync(folder.path)).toEqual(
      expect.arrayContaining(['rsa.crt', 'rsa.key', 'www', basename(markIn(folder.path))]),
    );
    folder.remove();
    expect(readdirSync(parent)).toEqual([]);
  });
});

describeWith(['openssl', 'root'], 'a private folder of root', () => {
  const asWorker = (script: string): boolean => {
    try {
      const options = ['--reuid=65534', '--regid=65534', '--clear-groups', 'sh', '-c', script];
      execFileSync('setpriv', options, { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };

  it('is read by nginx’s worker as far as it must, and changed by nobody else', async () => {
    chmodSync(inside(temporaryFolder('private')), 0o755);
    const before = process.umask(0o077);
    const folder = await makePrivateFolder(WORKER).finally(() => process.umask(before));
    try {
      expect(folder.asRoot).toBe(false);
      expect(asWorker(`cat ${folder.path}/users ${folder.path}/www/index.html && ls ${folder.path}/www`)).toBe(true);
      for (const secret of ['rsa.key', 'ec.key', 'info.log', 'answered.log'])
        expect([secret, asWorker(`cat ${folder.path}/${secret}`)]).toEqual([secret, false]);
      // A link that the worker could make there, root's nginx would follow.
      for (const place of ['nginx.conf', 'temp/proxy', 'www/x'])
        expect([place, asWorker(`ln -s /etc/passwd ${folder.path}/${place}`)]).toEqual([place, false]);
      expect(statSync(folder.path).uid).toBe(0);
    } finally {
      folder.remove();
    }
  });

  it('keeps the worker root where others could not reach it', async () => {
    const parent = inside(temporaryFolder('private'));
    chmodSync(parent, 0o700);
    const folder = await makePrivateFolder(WORKER);
    folder.remove();
    expect(folder.asRoot).toBe(true);
    expect(existsSync(folder.path)).toBe(false);
  });
});
