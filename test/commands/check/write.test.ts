import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BAD, folderOf, MAIN, PIECE, root, run, runPowerless } from './run-check.ts';

/** `--write` changes what an operator's nginx reads: whole, or not at all. */

const WRITABLE = BAD.replace('logs/error.log', 'stderr');

/** @param onMended what an nginx that sees a fault which check does not does with a configuration that is mended */
function runWithNginx(folder: string, flags: readonly string[], onMended: string): SpawnSyncReturns<string> {
  const version = 'case "$1" in -v) echo nginx version: nginx/1.22.1; exit;; esac';
  const script = `#!/bin/sh\n${version}\n! grep -q 'Upgrade $http' "$3" || { ${onMended}; }\n`;
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/nginx'), script, { mode: 0o755 });
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` };
  return spawnSync(process.execPath, [MAIN, 'check', 'nginx.conf', ...flags], { cwd: folder, env, encoding: 'utf8' });
}

describe('hangup check --write', () => {
  it('mends the file itself, keeps its mode, and what it was beside it', async () => {
    const folder = folderOf({ 'nginx.conf': WRITABLE });
    chmodSync(join(folder, 'nginx.conf'), 0o640);
    const { code } = await run(folder, ['nginx.conf', '--write']);
    expect(code).toBe(0);
    expect(readFileSync(join(folder, 'nginx.conf.bak'), 'utf8')).toBe(WRITABLE);
    expect(readFileSync(join(folder, 'nginx.conf'), 'utf8')).toContain('Upgrade $http_upgrade');
    expect(statSync(join(folder, 'nginx.conf')).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder).toSorted()).toEqual(['nginx.conf', 'nginx.conf.bak']);
  });

  it('leaves the backups that are there alone, whoever has made them', async () => {
    const folder = folderOf({ 'nginx.conf': WRITABLE, 'nginx.conf.bak': 'mine' });
    const { stdout } = await run(folder, ['nginx.conf', '--write']);
    expect(stdout).toContain('/nginx.conf.bak2.');
    const mended = readFileSync(join(folder, 'nginx.conf'), 'utf8');
    writeFileSync(join(folder, 'nginx.conf'), mended.replace('90s', '30s'));
    await run(folder, ['nginx.conf', '--write']);
    expect(readFileSync(join(folder, 'nginx.conf.bak'), 'utf8')).toBe('mine');
    expect(readFileSync(join(folder, 'nginx.conf.bak2'), 'utf8')).toBe(WRITABLE);
    expect(readFileSync(join(folder, 'nginx.conf.bak3'), 'utf8')).toContain('30s');
  });

  it('changes no file where one of them cannot be written', () => {
    const files = {
      'nginx.conf': 'events {}\nhttp {\n    include sites/chat.conf;\n}\n',
      'sites/chat.conf': PIECE,
    };
    const folder = folderOf(files);
    chmodSync(join(folder, 'sites'), 0o555);
    const { status, stdout } = runPowerless(folder, ['nginx.conf', '--write']);
    expect(stdout).toMatch(/Not written: .*sites\/chat\.conf cannot be written \(EACCES\)\./);
    expect(status).toBe(2);
    for (const [name, text] of Object.entries(files)) expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
    expect(readdirSync(folder, { recursive: true }).toSorted()).toEqual(['nginx.conf', 'sites', 'sites/chat.conf']);
  });

  it('changes the file that a link leads to, and leaves the link', async () => {
    const folder = folderOf({
      'sites-available/chat': PIECE,
      'nginx.conf': 'events {}\nhttp { include sites-enabled/*; }\n',
      'sites-enabled/.keep': '',
    });
    symlinkSync('../sites-available/chat', join(folder, 'sites-enabled/chat'));
    await run(folder, ['sites-enabled/chat', '--write']);
    expect(readFileSync(join(folder, 'sites-available/chat'), 'utf8')).toContain('Upgrade $http_upgrade');
    expect(existsSync(join(folder, 'sites-available/chat.bak'))).toBe(true);
    expect(readdirSync(join(folder, 'sites-enabled')).toSorted()).toEqual(['.keep', 'chat']);
  });
});

describe('hangup check --write, where something is against it', () => {
  it('has nothing to write to where the configuration came from stdin', async () => {
    const { code, stderr } = await run(root, ['-', '--write'], BAD);
    expect(stderr).toMatch(/^hangup: --write: there is no file to change here/);
    expect(code).toBe(2);
  });

  it('takes everything back where nginx refuses what it accepted before', () => {
    const folder = folderOf({ 'nginx.conf': WRITABLE, 'nginx.conf.bak': 'mine' });
    const ran = runWithNginx(folder, ['--write'], 'echo "nginx: [emerg] no such thing in $3:1"; exit 1');
    expect(ran.stdout).toContain('Taken back: nginx -t accepted it before and now says: no such thing');
    expect(ran.status).toBe(2);
    expect(readFileSync(join(folder, 'nginx.conf'), 'utf8')).toBe(WRITABLE);
    expect(readFileSync(join(folder, 'nginx.conf.bak'), 'utf8')).toBe('mine');
    expect(readdirSync(folder).toSorted()).toEqual(['bin', 'nginx.conf', 'nginx.conf.bak']);
  });

  it('takes everything back where it is told to end before nginx has said what it thinks', () => {
    const folder = folderOf({ 'nginx.conf': WRITABLE });
    expect(runWithNginx(folder, ['--write'], 'kill -TERM $PPID').signal).toBe('SIGTERM');
    expect(readFileSync(join(folder, 'nginx.conf'), 'utf8')).toBe(WRITABLE);
    expect(readdirSync(folder).toSorted()).toEqual(['bin', 'nginx.conf']);
  });

  it('does not end well where nginx refuses the copy of what it accepts', () => {
    const folder = folderOf({ 'nginx.conf': WRITABLE });
    const ran = runWithNginx(folder, ['--fix'], 'echo "nginx: [emerg] no such thing in $3:1"; exit 1');
    expect(ran.stdout).toContain('The mended copy is nginx.conf.mended.\nnginx -t refuses it: no such thing');
    expect(ran.status).toBe(2);
  });

  it('does not mend a file in two ways that is included under two names', async () => {
    const folder = folderOf({
      'nginx.conf': 'events {}\nhttp {\n    include a.conf;\n    include b.conf;\n}\n',
      'a.conf': PIECE.replace(' default_server', ''),
    });
    symlinkSync('a.conf', join(folder, 'b.conf'));
    await run(folder, ['nginx.conf', '--write']);
    expect(readFileSync(join(folder, 'a.conf'), 'utf8')).toBe(PIECE.replace(' default_server', ''));
    expect(readdirSync(folder).toSorted()).toEqual(['a.conf', 'b.conf', 'nginx.conf']);
  });
});
