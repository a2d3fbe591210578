import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { journalStatus } from '../../src/evidence/journal-reader.ts';
import { certificate } from '../kit/certificate.ts';
import { openClient, startServer } from '../kit/fault-peers.ts';
import { type GatewayOptions, startGateway } from '../kit/gateway-process.ts';
import { freePort } from '../kit/ports.ts';
import { type Exit, Program } from '../kit/program.ts';
import { removeFolder, temporaryFolder } from '../kit/temporary.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function folder(): string {
  const path = temporaryFolder('serve');
  cleanups.push(() => removeFolder(path));
  return path;
}

async function serving(options: GatewayOptions = {}) {
  const server = await startServer({ polite: true });
  cleanups.push(() => server.close());
  const gateway = await startGateway({ target: server.port, ...options });
  cleanups.push(() => gateway.close());
  return { server, gateway };
}

/** Runs `serve` with what it must refuse. */
async function refused(...args: string[]): Promise<{ exit: Exit; stderr: string; stdout: string }> {
  const home = folder();
  const program = Program.start([process.execPath, MAIN, 'serve', '--data', join(home, 'data'), ...args], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home },
  });
  const exit = await program.exited;
  return { exit, stderr: program.stderr, stdout: program.stdout };
}

/** An address of this machine that is not its loopback; null when it has none. */
const ownAddress =
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? null;

const ONE_TAP = ['--listen', '127.0.0.1:0', '--target', 'http://127.0.0.1:9', '--page', 'off'];

async function busyPort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  cleanups.push(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('serve, when it starts', () => {
  it('says on stdout that it is ready, with every address, and nothing else', async () => {
    const { gateway } = await serving({ page: true });
    expect(gateway.program.stdout).toMatch(
      /^hangup ready gateway=http:\/\/127\.0\.0\.1:\d+ page=http:\/\/127\.0\.0\.1:\d+\n$/,
    );
  });

  it('keeps its journal from other eyes', async () => {
    const { gateway } = await serving();
    expect(statSync(gateway.dataDir).mode & 0o777).toBe(0o700);
    expect(statSync(join(gateway.dataDir, 'journal.db')).mode & 0o777).toBe(0o600);
  });

  it('answers /healthz on the page listener, with what it records and how many sockets are open', async () => {
    const { gateway } = await serving({ page: true });
    const client = await openClient({ port: gateway.port });
    cleanups.push(() => client.close());
    const answer = await fetch(`http://127.0.0.1:${gateway.portOf('page')}/healthz`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: 'ok', recording: true, why: null, open: 1 });
  });

  it('stands on TLS where the tap has a certificate', async () => {
    const { certPath, keyPath } = certificate();
    const server = await startServer({ polite: true });
    cleanups.push(() => server.close());
    const gateway = await startGateway({
      taps: [`secure,listen=127.0.0.1:0,target=http://127.0.0.1:${server.port},cert=${certPath},key=${keyPath}`],
    });
    cleanups.push(() => gateway.close());
    expect(gateway.program.stdout).toContain('secure=https://127.0.0.1:');
    const client = await openClient({ port: gateway.portOf('secure'), tls: true });
    client.closeFrame(1000);
    await client.ended;
    expect(await gateway.verdict()).toMatchObject({ tap: 'secure', cause: 'client-close', certainty: 'certain' });
  });
});

describe('serve, and how one gets to its page', () => {
  /** All links that the log has. */
  const links = (log: string): string[] => [...log.matchAll(/https?:\/\/[^ "]*\?token=[^ "]*/g)].map(([link]) => link);

  it('says in the log, once, with a link that signs in', async () => {
    const { gateway } = await serving({ page: true });
    await gateway.program.untilSays(/the page: /);
    const [link = '', ...more] = links(gateway.stderr);
    expect(more).toEqual([]);
    expect(link).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${gateway.portOf('page')}/\\?token=[\\w-]{43}$`));
    const answer = await fetch(link, { redirect: 'manual' });
    expect(answer.status).toBe(303);
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await fetch(new URL('/api/summary', link), { headers: { cookie } })).status).toBe(200);
    expect((await fetch(new URL('/api/summary', link))).status).toBe(401);
  });

  it('says it also where only errors are logged, for without it nobody could look', async () => {
    const { gateway } = await serving({ page: true, args: ['--log-level', 'error'] });
    await gateway.program.untilSays(/the page: /);
    expect(links(gateway.stderr)).toHaveLength(1);
  });

  it('makes another token at each start', async () => {
    const [one, other] = await Promise.all([serving({ page: true }), serving({ page: true })]);
    for (const { gateway } of [one, other]) await gateway.program.untilSays(/the page: /);
    expect(links(one.gateway.stderr)[0]?.split('=')[1]).not.toBe(links(other.gateway.stderr)[0]?.split('=')[1]);
  });

  it('says nothing of a token that the operator has chosen, but that it is the one', async () => {
    const token = 'chosen-by-the-operator';
    const { gateway } = await serving({ page: true, env: { HANGUP_TOKEN: token }, args: ['--log-level', 'debug'] });
    await gateway.program.untilSays(/sign in with the token that HANGUP_TOKEN holds/);
    const page = `http://127.0.0.1:${gateway.portOf('page')}`;
    expect((await fetch(`${page}/?token=${token}`, { redirect: 'manual' })).status).toBe(303);
    await fetch(`${page}/api/summary`, { headers: { Authorization: `Bearer ${token}` } });
    await gateway.program.untilSays(/request completed[\s\S]*request completed/);
    expect(gateway.stderr).not.toContain(token);
    expect(gateway.stderr).not.toContain('guessed');
  });

  it('warns of a token that may be guessed, and of a network that may listen', async () => {
    const { gateway } = await serving({ args: ['--page', '0.0.0.0:0'], env: { HANGUP_TOKEN: 'short' } });
    await gateway.program.untilSays(
      /the page listens on 0\.0\.0\.0:\d+ without TLS: whoever can read that network can read the token/,
    );
    await gateway.program.untilSays(/HANGUP_TOKEN has fewer than 16 characters and may be guessed/);
    expect(gateway.stderr.match(/without TLS/g)).toHaveLength(1);
  });

  it('gives a link that this machine can open where the page listens everywhere, and needs no warning with TLS', async () => {
    const { certPath, keyPath } = certificate();
    const { gateway } = await serving({ args: ['--page', `:0,cert=${certPath},key=${keyPath}`] });
    await gateway.program.untilSays(/the page: /);
    expect(gateway.program.stdout).toContain('page=https://[::]:');
    expect(links(gateway.stderr)[0]).toMatch(/^https:\/\/127\.0\.0\.1:\d+\//);
    expect(gateway.stderr).not.toContain('without TLS');
  });

  it('has none with --page off, and no thread for it', async () => {
    const { gateway } = await serving();
    expect(gateway.program.stdout).not.toContain('page=');
    expect(links(gateway.stderr)).toEqual([]);
    expect(threadsOf(gateway.pid)).not.toContain('hangup-archive');
    const { gateway: other } = await serving({ page: true });
    expect(threadsOf(other.pid)).toContain('hangup-archive');
  });
});

/** The names of a process's threads, as far as Node gives them. */
function threadsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).map((id) => readFileSync(`/proc/${pid}/task/${id}/comm`, 'utf8').trim());
}

describe('serve, when it cannot start', () => {
  it.runIf(ownAddress !== null)(
    'exits 2 when a tap leads to the page, by whatever address of this machine',
    async () => {
      const port = await freePort();
      const { exit, stderr, stdout } = await refused(
        ...['--tap', `t,listen=127.0.0.1:0,target=http://${ownAddress}:${port}`],
        ...['--page', `0.0.0.0:${port}`],
      );
      expect(exit.code).toBe(2);
      expect(stderr.trim().split('\n').at(-1)).toBe(
        `hangup: tap t: target: http://${ownAddress}:${port} is hangup's own page, and no tap may lead there`,
      );
      expect(stdout).toBe('');
    },
  );

  it('exits 2 when the certificate of the page is none', async () => {
    const file = join(folder(), 'cert.pem');
    writeFileSync(file, 'not a certificate');
    const { exit, stderr } = await refused(
      ...[
        '--listen',
        '127.0.0.1:0',
        '--target',
        'http://127.0.0.1:9',
        '--page',
        `127.0.0.1:0,cert=${file},key=${file}`,
      ],
    );
    expect(exit.code).toBe(2);
    expect(stderr).toMatch(/^hangup: page: \/.*cert\.pem and .* are no usable PEM certificate and key: .*\n$/);
  });

  it('exits 3 with one sentence when the port of a tap is taken', async () => {
    const port = await busyPort();
    const { exit, stderr, stdout } = await refused(
      '--listen',
      `127.0.0.1:${port}`,
      '--target',
      'http://127.0.0.1:9',
      '--page',
      'off',
    );
    expect(exit.code).toBe(3);
    expect(stderr).toBe(`hangup: tap gateway cannot listen on 127.0.0.1:${port}: something else listens there\n`);
    expect(stdout).toBe('');
  });

  it('exits 3 when the port of the page is taken', async () => {
    const port = await busyPort();
    const { exit, stderr } = await refused(
      '--listen',
      '127.0.0.1:0',
      '--target',
      'http://127.0.0.1:9',
      '--page',
      `127.0.0.1:${port}`,
    );
    expect(exit.code).toBe(3);
    expect(stderr).toMatch(new RegExp(`^hangup: .*page cannot listen on 127\\.0\\.0\\.1:${port}: .*\\n$`));
  });

  it('exits 3 when another hangup writes the same journal, and names it', async () => {
    const { gateway } = await serving();
    const { exit, stderr } = await refused(...ONE_TAP, '--data', gateway.dataDir);
    expect(exit.code).toBe(3);
    expect(stderr).toContain(gateway.dataDir);
    expect(stderr).toContain(String(gateway.pid));
    expect(stderr.trim().split('\n').length).toBe(1);
  });

  it('exits 3 when the journal cannot be written, also where a folder can never be made', async () => {
    const { exit, stderr } = await refused(...ONE_TAP, '--data', '/proc/hangup-data');
    expect(exit.code).toBe(3);
    expect(stderr).toContain('/proc/hangup-data');
  });

  it('exits 2 when a certificate is readable and no certificate', async () => {
    const file = join(folder(), 'cert.pem');
    writeFileSync(file, 'not a certificate');
    const { exit, stderr } = await refused(
      '--tap',
      `t,listen=127.0.0.1:0,target=http://127.0.0.1:9,cert=${file},key=${file}`,
      '--page',
      'off',
    );
    expect(exit.code).toBe(2);
    expect(stderr).toContain(file);
    expect(stderr.trim().split('\n').length).toBe(1);
  });
});

describe('serve, when it ends', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('%s drains: open sockets get a FIN, no Close frame, and the exit code is %d', async (signal, code) => {
    const { gateway } = await serving();
    const client = await openClient({ port: gateway.port });
    const exit = gateway.stop(signal);
    expect((await client.ended).manner).toBe('fin');
    expect(client.frames).toEqual([]);
    expect(await exit).toEqual({ code, signal: null });
    const [verdict] = await gateway.verdicts();
    expect(verdict).toMatchObject({
      closedBy: 'gateway',
      hop: 'hangup',
      cause: 'gateway-shutdown',
      certainty: 'certain',
    });
  });

  it('refuses new connections from the first signal on', async () => {
    const { gateway } = await serving();
    const client = await openClient({ port: gateway.port, polite: false });
    const exit = gateway.stop('SIGTERM');
    await client.ended;
    await expect(openClient({ port: gateway.port })).rejects.toThrow();
    await client.rst();
    expect((await exit).code).toBe(143);
  });

  it('ends within 10 s even if a peer never closes its side', async () => {
    const { gateway } = await serving();
    const client = await openClient({ port: gateway.port, polite: false });
    cleanups.push(() => client.rst());
    const since = performance.now();
    expect((await gateway.stop('SIGTERM')).code).toBe(143);
    expect(performance.now() - since).toBeLessThan(10_000);
  });

  it('goes on when nobody reads its stdout any more', async () => {
    const { gateway } = await serving();
    gateway.program.child.stdout?.destroy();
    const client = await openClient({ port: gateway.port });
    client.closeFrame(1000);
    await client.ended;
    expect((await gateway.verdict()).cause).toBe('client-close');
  });
});

describe('serve, when its disk goes away', () => {
  it('relays on, says so once, and shows it to report', async () => {
    const { server, gateway } = await serving();
    const client = await openClient({ port: gateway.port });
    const connection = await server.upgraded(0);
    // Another program that locks the database is what an over-eager backup does.
    const lock = Program.start([
      process.execPath,
      '-e',
      `const { DatabaseSync } = require('node:sqlite');
       const db = new DatabaseSync(${JSON.stringify(join(gateway.dataDir, 'journal.db'))});
       db.exec('BEGIN IMMEDIATE'); console.log('locked'); setInterval(() => {}, 1000);`,
    ]);
    cleanups.push(() => lock.stop('SIGKILL'));
    await lock.untilSays(/locked/);
    await client.text('{"action":"ping","seq":1}');
    await gateway.program.untilSays(/recording stopped: .*traffic goes on/, 15_000);
    await vi.waitFor(
      () => expect(journalStatus(gateway.dataDir)).toMatchObject({ recording: false, alive: true }),
      5_000,
    );
    await client.text('still relayed');
    await connection.until('the second message', () => connection.frames.length >= 2 || null);
    expect(gateway.stderr.match(/recording stopped/g)?.length).toBe(1);
    await lock.stop('SIGKILL');
    client.closeFrame(1000);
    await client.ended;
    await gateway.program.untilSays(/recording resumed/, 15_000);
    expect(await gateway.verdict()).toMatchObject({ cause: 'client-close', certainty: 'certain' });
  });
});

it('leaves nothing behind in the folder that it was started in', async () => {
  const home = folder();
  const program = Program.start([process.execPath, MAIN, 'serve', ...ONE_TAP, '--data', join(home, 'kept')], {
    cwd: home,
  });
  await program.untilSays(/hangup ready/);
  await program.stop('SIGTERM', 12_000);
  expect(existsSync(join(home, 'hangup-data'))).toBe(false);
  rmSync(join(home, 'kept'), { recursive: true });
});
