import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { prove } from '../../src/commands/prove.ts';
import { describeWith } from '../kit/needs.ts';
import { Program } from '../kit/program.ts';
import { temporaryFolder } from '../kit/temporary.ts';
import { site, UPGRADE } from '../nginx/prove/proven.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

const run = (args: readonly string[], env: NodeJS.ProcessEnv = process.env): Program =>
  Program.start([process.execPath, MAIN, 'prove', ...args], { env });

function written(text: string): string {
  const path = join(temporaryFolder('prove'), 'nginx.conf');
  writeFileSync(path, text);
  return path;
}

const GOOD = site(`location / { proxy_pass http://mattermost;${UPGRADE} proxy_read_timeout 90s; }`);
const HASTY = site(`location / { proxy_pass http://mattermost;${UPGRADE} proxy_read_timeout 1s; }`);

/** Processes that work in a folder of that run: nginx's master, its workers and who watches them. */
const nginxOf = (pid: number): readonly string[] =>
  readdirSync('/proc').filter((name) => /^\d+$/.test(name) && workingFolder(name).includes(`hangup-prove-${pid}-`));

const isWorker = (pid: string): boolean =>
  /^nginx: worker process\s*\0*$/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));

function workingFolder(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

const foldersOf = (pid: number): readonly string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`hangup-prove-${pid}-`));

describeWith(['nginx', 'openssl'], 'hangup prove', () => {
  it('ends with 0 where WebSockets work, and does not promise more than it waited for', async () => {
    const program = run([written(GOOD), '--wait', '300ms']);
    expect(await program.exited).toMatchObject({ code: 0 });
    expect(program.stdout).toContain('✓ /api/v4/websocket  101 Switching Protocols');
    expect(program.stdout).toContain('Connection: upgrade');
    expect(program.stdout).toContain('still open after 0.3 s');
    expect(program.stdout).toMatch(/no idle one is cut in 0\.3 s, which is all that was waited/);
    expect(program.stderr).toMatch(/hangup: waiting for idle timers of 4 sockets/);
  });

  it('ends with 1 where something is measured to be wrong, and names the line', async () => {
    const path = written(HASTY);
    const program = run([path, '--wait', '1200ms']);
    expect(await program.exited).toMatchObject({ code: 1 });
    expect(program.stdout).toMatch(/cut after (0\.[89]|1\.\d) s/);
    expect(program.stdout).toContain(`${path}:`);
    expect(program.stdout).toContain('confirmed WS008');
    expect(program.stdout).toContain('measured to be wrong.');
  });

  it('prints one JSON document with --json, with what was measured and how it stands to check', async () => {
    const program = run([written(HASTY), '--wait', '1200ms', '--json']);
    await program.exited;
    const proof: unknown = JSON.parse(program.stdout);
    expect(proof).toMatchObject({
      scale: 1,
      waitMs: 1_200,
      sites: [
        {
          origin: 'http://chat.example.com',
          kind: 'proxied',
          server: { line: 7 },
          upgrades: [{ path: '/api/v4/websocket', through: true, answer: { status: 101 } }, {}, {}, {}],
          sockets: [{ idle: { kind: 'cut' }, timer: { name: 'proxy_read_timeout', ms: 1_000 } }, {}, {}, {}],
        },
      ],
      reload: { open: 1, opensNew: true },
    });
    expect(proof).toHaveProperty('claims');
    expect(JSON.stringify(proof)).toContain('"rule":"WS008"');
  });

  it('measures the one name that --host says', async () => {
    const program = run([written(GOOD), '--wait', '100ms', '--host', 'other.example.com', '--json']);
    await program.exited;
    expect(JSON.parse(program.stdout)).toMatchObject({ sites: [{ origin: 'http://other.example.com', name: null }] });
  });

  it('runs the nginx that --nginx names', async () => {
    const program = run([written(GOOD), '--nginx', '/nowhere/nginx']);
    expect(await program.exited).toMatchObject({ code: 2 });
    expect(program.stderr).toContain('--nginx: /nowhere/nginx is no program that can be run');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'leaves no process and no folder behind after %s in the middle',
    async (signal) => {
      const program = run([written(GOOD), '--wait', '60s']);
      await program.untilSays(/waiting for idle timers/, 15_000);
      // Two nginx, each a master and a worker; the one that is reloaded has its old worker as well for a while.
      expect(nginxOf(program.pid).length).toBeGreaterThanOrEqual(4);
      expect(foldersOf(program.pid)).toHaveLength(2);
      expect((await program.stop(signal, 10_000)).code).toBe(signal === 'SIGINT' ? 130 : 143);
      // A killed worker is gone when the kernel gets to it.
      await vi.waitFor(() => expect(nginxOf(program.pid)).toEqual([]), { timeout: 2_000 });
      expect(foldersOf(program.pid)).toEqual([]);
      expect(program.stdout).toBe('');
    },
  );

  it('leaves no process and no folder behind after kill -9, and touches nobody else’s', async () => {
    const path = written(GOOD);
    const [program, other] = [run([path, '--wait', '60s']), run([path, '--wait', '60s'])];
    await Promise.all([program, other].map((each) => each.untilSays(/waiting for idle timers/, 15_000)));
    const nginxOfOther = nginxOf(other.pid);
    expect(nginxOf(program.pid).length).toBeGreaterThanOrEqual(4);
    expect((await program.stop('SIGKILL', 10_000)).signal).toBe('SIGKILL');
    await vi.waitFor(() => expect([...nginxOf(program.pid), ...foldersOf(program.pid)]).toEqual([]), {
      timeout: 5_000,
    });
    expect(nginxOf(other.pid)).toEqual(expect.arrayContaining([...nginxOfOther]));
    expect(foldersOf(other.pid)).toHaveLength(2);
    await other.stop('SIGKILL', 10_000);
    await vi.waitFor(() => expect([...nginxOf(other.pid), ...foldersOf(other.pid)]).toEqual([]), { timeout: 5_000 });
  });

  it('says that nothing was measured where a worker is killed meanwhile, and blames no line', async () => {
    const program = run([written(GOOD), '--wait', '1s']);
    await program.untilSays(/waiting for idle timers/, 15_000);
    const worker = nginxOf(program.pid).find(isWorker);
    process.kill(Number(worker), 'SIGKILL');
    expect(await program.exited).toMatchObject({ code: 3 });
    expect(program.stderr).toMatch(/nginx ended while it was being measured \(worker process \d+ exited on signal 9/);
    expect(program.stdout).toBe('');
  });

  it.each([
    ['/bin/true', 3, 'is no nginx: its -V names no version'],
    ['/bin/false', 3, '-V does not answer as nginx does'],
    ['/bin', 2, 'is no program that can be run'],
  ])('does not take %s for nginx', async (path, code, says) => {
    const program = run([written(GOOD), '--nginx', path]);
    expect(await program.exited).toMatchObject({ code });
    expect(program.stderr).toContain(says);
  });

  it('says where no private copy can be made', async () => {
    const program = run([written(GOOD)], { ...process.env, TMPDIR: '/nowhere' });
    expect(await program.exited).toMatchObject({ code: 3 });
    expect(program.stderr).toContain('no folder for the private copy can be made in /nowhere');
  });

  it('leaves nothing behind after kill -9 while it starts', async () => {
    const program = run([written(GOOD), '--wait', '60s']);
    await program.untilSays(/making a private copy/, 15_000);
    await program.stop('SIGKILL', 10_000);
    await vi.waitFor(() => expect([...nginxOf(program.pid), ...foldersOf(program.pid)]).toEqual([]), {
      timeout: 5_000,
    });
  });

  it('leaves nothing behind after it is interrupted while it starts', async () => {
    const program = run([written(GOOD), '--wait', '60s']);
    await program.untilSays(/making a private copy/, 15_000);
    expect((await program.stop('SIGINT', 10_000)).code).toBe(130);
    expect(nginxOf(program.pid)).toEqual([]);
    expect(foldersOf(program.pid)).toEqual([]);
  });

  it('says of a piece of a configuration that it is one, and where the rest may be', async () => {
    const folder = temporaryFolder('prove-piece');
    mkdirSync(join(folder, 'conf.d'));
    writeFileSync(join(folder, 'nginx.conf'), 'events {}\nhttp { include conf.d/*.conf; }\n');
    const piece = join(folder, 'conf.d', 'chat.conf');
    writeFileSync(
      piece,
      'server { listen 80; server_name chat.example.com; location / { proxy_pass http://mm:8065; } }\n',
    );
    const program = run([piece, '--wait', '100ms']);
    await program.exited;
    expect(program.stdout).toContain('This is a piece of a configuration');
    expect(program.stderr).toContain(`hangup: ${join(folder, 'nginx.conf')} seems to include it: prove that one`);
  });

  it('refuses Lua with the line, and runs nothing', async () => {
    const path = written('events {}\nhttp {\n  server {\n    content_by_lua_block { ngx.exit(200) }\n  }\n}\n');
    const program = run([path]);
    expect(await program.exited).toMatchObject({ code: 2 });
    expect(program.stdout).toMatch(new RegExp(`${path}:4:5 cannot be made harmless, so nothing is run: .*Lua`));
    const json = run([path, '--json']);
    await json.exited;
    expect(JSON.parse(json.stdout)).toEqual({ refused: [expect.objectContaining({ file: path, line: 4, column: 5 })] });
  });

  it('says in JSON, too, what nginx says that is about no line', async () => {
    const program = run([written('events {}\nhttp { server { listen 80; return 200 $nowhere; } }\n'), '--json']);
    expect(await program.exited).toMatchObject({ code: 2 });
    expect(JSON.parse(program.stdout)).toEqual({ errors: [], printed: ['unknown "nowhere" variable'] });
    expect(program.stderr).toContain('nginx does not take the private copy: unknown "nowhere" variable');
  });

  it('names what to install where there is no openssl', async () => {
    const folder = temporaryFolder('prove-path');
    // What the kit starts programs with; nginx is found where packages put it.
    if (existsSync('/usr/bin/setpriv')) symlinkSync('/usr/bin/setpriv', join(folder, 'setpriv'));
    const program = run([written(GOOD)], { PATH: folder });
    expect(await program.exited).toMatchObject({ code: 3 });
    expect(program.stderr).toContain('install the package');
    expect(foldersOf(program.pid)).toEqual([]);
  });

  it('says where nginx refuses the configuration, as check does', async () => {
    const path = written('events {}\nhttp {\n  server { location ~ x { proxy_pass http://a/b; } }\n}\n');
    const program = run([path]);
    expect(await program.exited).toMatchObject({ code: 2 });
    expect(program.stdout).toContain(`error ${path}:3:27 nginx refuses: "proxy_pass" cannot`);
    expect(program.stdout).toMatch(/; nginx \d+\.\d+\.\d+ \(from\s\S*nginx\)\./);
  });
});

describe('hangup prove', () => {
  it('names what to install where there is no nginx', async () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      expect(await prove(written(GOOD), {}, () => null)).toBe(3);
      expect(said.mock.calls.flat().join('')).toContain('install the package nginx');
    } finally {
      said.mockRestore();
    }
  });

  it('says where a configuration cannot be read, before anything is started', async () => {
    const path = written('events {}\nhttp {\n  server { listen 80\n}\n');
    const program = run([path]);
    expect(await program.exited).toMatchObject({ code: 2 });
    expect(program.stdout).toMatch(new RegExp(`error ${path}:\\d+:\\d+ nginx refuses: `));
    expect(program.stderr).toBe('');
  });

  it.each([
    [['--wait', '90'], '--wait: "90" has no unit; did you mean 90s?'],
    [['--scale', '0'], '--scale: "0" is no number from 1 to 1000'],
    [['--host', 'https://x'], '--host: "https://x" is no host name'],
  ])('refuses %j', async (args, says) => {
    const program = run([written(GOOD), ...args]);
    expect(await program.exited).toMatchObject({ code: 2 });
    expect(program.stderr).toContain(says);
  });
});
