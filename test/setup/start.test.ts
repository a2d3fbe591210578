import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Tree } from './tree.ts';

const NPM_CI = 'ci --loglevel=error --include=dev --no-audit --no-fund';

describe('npm start in a fresh clone', () => {
  it('installs once, on stderr only, and then runs the command', async () => {
    const tree = new Tree();
    const first = await tree.run('scripts/start.mjs', ['report', '--json']);
    expect(first).toMatchObject({ code: 0, stdout: '["report","--json"]\n' });
    expect(first.stderr).toContain('hangup set-up: installing packages and Node 24');
    expect(first.stderr).toContain("npm's own chatter");
    expect(await tree.run('scripts/start.mjs', ['report'])).toEqual({ code: 0, stdout: '["report"]\n', stderr: '' });
    expect(tree.calls('npm')).toEqual([NPM_CI]);
  });

  it('is the demo, staying open, when no command is named', async () => {
    expect((await new Tree().run('scripts/start.mjs')).stdout).toBe('["demo","--stay"]\n');
  });

  it('installs again when the lockfile is another one', async () => {
    const tree = new Tree();
    await tree.run('scripts/start.mjs');
    tree.lock({ node: '24.21.0', ws: '8.0.1' });
    await tree.run('scripts/start.mjs');
    await tree.run('scripts/start.mjs');
    expect(tree.calls('npm')).toEqual([NPM_CI, NPM_CI]);
  });

  it('is content with what somebody has installed by hand', async () => {
    const tree = new Tree();
    await tree.run('scripts/start.mjs');
    tree.lock({ node: '24.21.0', ws: '8.0.2' });
    tree.lock({ node: '24.21.0', ws: '8.0.2' }, 'node_modules/.package-lock.json');
    expect((await tree.run('scripts/start.mjs')).stderr).toBe('');
    tree.lock({ node: '24.21.0', ws: '8.0.3' });
    await tree.run('scripts/start.mjs');
    expect(tree.calls('npm')).toHaveLength(2);
  });

  it('installs again when Node is gone or too old', async () => {
    const tree = new Tree();
    await tree.run('scripts/start.mjs');
    tree.write('node_modules/node/package.json', '{"version":"24.20.9"}');
    await tree.run('scripts/start.mjs');
    expect(tree.calls('npm')).toHaveLength(2);
  });

  it('lets two of them start at once', async () => {
    const tree = new Tree();
    tree.npm(
      `sleep 0.5\nmkdir -p node_modules/.bin node_modules/node\nprintf '{"version":"24.21.0"}' > node_modules/node/package.json\nln -s "${process.execPath}" node_modules/.bin/node`,
    );
    const both = await Promise.all([tree.run('scripts/start.mjs', ['a']), tree.run('scripts/start.mjs', ['b'])]);
    expect(both.map(({ stdout }) => stdout)).toEqual(['["a"]\n', '["b"]\n']);
    expect(both.map(({ stderr }) => stderr).join('')).toContain(
      'another set-up is at work in this tree; waiting for it',
    );
    expect(tree.calls('npm')).toHaveLength(1);
    expect(tree.has('.setup-lock')).toBe(false);
  });

  it('says what to do when there is no network, and tries again the next time', async () => {
    const tree = new Tree();
    tree.npm('exit 1');
    const { code, stdout, stderr } = await tree.run('scripts/start.mjs', ['report']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(
      /npm ci failed \(exit code 1\); it needs the npm registry this once: check the network .*\n$/,
    );
    await tree.run('scripts/start.mjs', ['report']);
    expect(tree.calls('npm')).toHaveLength(2);
  });

  it('says so when npm may not run the script that brings Node', async () => {
    const tree = new Tree();
    tree.npm('mkdir -p node_modules');
    const { code, stderr } = await tree.run('scripts/start.mjs');
    expect(code).toBe(3);
    expect(stderr).toContain('node_modules/.bin/node is missing or does not run, not Node 24.21 or later');
    expect(stderr).toContain('ignore-scripts');
  });

  it('costs under half a second when there is nothing to do', async () => {
    const tree = new Tree();
    await tree.run('scripts/start.mjs');
    tree.write(
      'scripts/time.mjs',
      `import { dependencies } from './setup/dependencies.mjs';\nconst from = performance.now();\nawait dependencies();\nconsole.log(performance.now() - from);\n`,
    );
    expect(Number((await tree.run('scripts/time.mjs')).stdout)).toBeLessThan(500);
  });
});

describe('what npm start stands for', () => {
  async function waiting(tree: Tree, times = 1): Promise<{ child: ChildProcess; heard: string[]; pid: number }> {
    const child = tree.spawn('scripts/start.mjs', ['wait', String(times)]);
    const heard: string[] = [];
    child.stdout?.on('data', (data: Buffer) => heard.push(...data.toString().trimEnd().split('\n')));
    await vi.waitFor(() => expect(heard[0]).toMatch(/^waiting \d+$/), 20_000);
    return { child, heard, pid: Number(heard[0]?.slice('waiting '.length)) };
  }

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('passes %s on exactly once, its echo included', async (signal) => {
    const { child, heard } = await waiting(new Tree());
    child.kill(signal);
    child.kill(signal);
    setTimeout(() => child.kill(signal), 50);
    const [code] = await once(child, 'exit');
    expect(code).toBe(42);
    expect(heard.slice(1)).toEqual([signal]);
  });

  it('passes on a second Ctrl-C of somebody who insists', async () => {
    const { child, heard } = await waiting(new Tree(), 2);
    child.kill('SIGINT');
    setTimeout(() => child.kill('SIGINT'), 700);
    await once(child, 'exit');
    expect(heard.slice(1)).toEqual(['SIGINT', 'SIGINT']);
  });

  it("ends with the command's exit code, or as shells say that it died by a signal", async () => {
    const tree = new Tree();
    expect((await tree.run('scripts/start.mjs', ['exit', '7'])).code).toBe(7);
    expect((await tree.run('scripts/start.mjs', ['die'])).code).toBe(137);
  });

  it('is what npm itself signals and ends with, its stdout holding nothing but data', async () => {
    const tree = new Tree();
    await tree.run('scripts/start.mjs');
    const child = spawn('npm', ['start', '--', 'wait'], { cwd: tree.root, stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => {
      // Also when npm has died and left the command behind, which is what this test is about.
      const pid = /^waiting (\d+)/.exec(stdout)?.[1];
      if (pid !== undefined && child.exitCode === null) process.kill(Number(pid), 'SIGKILL');
    });
    let stdout = '';
    child.stdout.on('data', (data: Buffer) => {
      stdout += data.toString();
    });
    await vi.waitFor(() => expect(stdout).toMatch(/^waiting \d+\n$/), 20_000);
    child.kill('SIGTERM');
    const [code, signal] = await once(child, 'exit');
    expect({ code, signal }).toEqual({ code: 42, signal: null });
    expect(stdout).toMatch(/^waiting \d+\nSIGTERM\n$/);
  });

  it('does not outlive a starter that was killed', async () => {
    const { child, heard, pid } = await waiting(new Tree());
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), 10_000);
    expect(heard).toContain('SIGTERM');
  });
});
