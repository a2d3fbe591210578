import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { journalStatus } from '../../src/evidence/journal-reader.ts';
import { certificate } from '../kit/certificate.ts';
import { openClient, startServer } from '../kit/fault-peers.ts';
import { type GatewayOptions, startGateway } from '../kit/gateway-process.ts';
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
    env: { PATH: process.env['PATH'], HOME: home },
  });
  const exit = await program.exited;
  return { exit, stderr: program.stderr, stdout: program.stdout };
}

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
    expect((await fetch(`http://127.0.0.1:${gateway.portOf('page')}/`)).status).toBe(404);
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

describe('serve, when it cannot start', () => {
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
