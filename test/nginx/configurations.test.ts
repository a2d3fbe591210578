import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { check } from '../../src/nginx/check.ts';
import type { ConfigFiles } from '../../src/nginx/parse/config-files.ts';
import { parse } from '../../src/nginx/parse/parse.ts';
import { parseVersion } from '../../src/nginx/version.ts';
import { describeWith } from '../kit/needs.ts';
import { startNginx } from '../kit/nginx.ts';
import type { NginxPlace } from '../kit/nginx-conf.ts';
import { freePort } from '../kit/ports.ts';
import { Program, sbinPath } from '../kit/program.ts';

/** The configurations that people are told to copy. */

const FOLDER = fileURLToPath(new URL('../../nginx', import.meta.url));
const NAMES = ['behind-hangup.conf', 'logging.conf', 'mattermost.conf'];

const textOf = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

const onlyThis = (name: string): ConfigFiles => ({
  read: (path) => (path === name ? { bytes: readFileSync(join(FOLDER, name)) } : { refused: `${path} is not there` }),
  list: () => null,
});

it('are these', () => {
  expect(readdirSync(FOLDER).toSorted()).toEqual(NAMES);
});

describe.each(NAMES)('nginx/%s', (name) => {
  it.each(['1.18.0', '1.22.1', '1.26.3', '1.29.7', '1.31.0'])(
    'has nothing that check finds, for nginx %s',
    (version) => {
      const result = check(parse(name, onlyThis(name)), { version: parseVersion(version), host: null });
      expect(result.errors).toEqual([]);
      expect(result.findings.map(({ rule, summary }) => `${rule.id} ${summary}`)).toEqual([]);
      expect(result.notes).toEqual([]);
      expect(result.view.sites.length).toBeGreaterThan(0);
    },
  );

  it('logs in the same words as the others', () => {
    const format = /log_format witness .*?;\n/s;
    expect(format.exec(textOf(name))?.[0]).toBe(format.exec(textOf('logging.conf'))?.[0]);
  });

  it('logs no query, which can hold an access token', () => {
    expect(textOf(name).replace(/#.*/g, '')).not.toMatch(/\$(?:request|request_uri|args|query_string)\b/);
  });
});

describeWith(['nginx', 'root'], 'nginx itself', () => {
  it.each(NAMES)('accepts nginx/%s as it is', (name) => {
    const { status, stderr } = spawnSync('nginx', ['-t', '-c', join(FOLDER, name)], {
      encoding: 'utf8',
      env: sbinPath(),
    });
    expect(stderr).toContain('test is successful');
    expect(stderr).not.toContain('[warn]');
    expect(status).toBe(0);
  });
});

describeWith(['nginx', 'openssl'], 'a real nginx with a copy of it', () => {
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

  it.each(NAMES)('lets WebSockets and plain requests through nginx/%s', async (name) => {
    const proof = Program.start([process.execPath, main, 'prove', join(FOLDER, name), '--wait', '1s'], {
      env: sbinPath(),
    });
    const { code } = await proof.exited;
    expect(proof.stdout).toContain('WebSockets get through');
    expect(proof.stdout).toContain('check finds nothing in this configuration');
    expect(code).toBe(0);
  });
});

describe('behind-hangup.conf', () => {
  it('differs from mattermost.conf in its three marked lines and in nothing else', () => {
    const plain = textOf('mattermost.conf').split('\n');
    const behind = textOf('behind-hangup.conf').split('\n');
    const marked = behind.filter((line) => /# hangup \d of 3/.test(line));
    expect(marked.map((line) => line.trim().replace(/\s*#.*/, ''))).toEqual([
      'server 127.0.0.1:8066;',
      'server 127.0.0.1:8065 backup;',
      'proxy_set_header X-Request-ID $request_id;',
    ]);
    const withoutMarked = behind.filter((line) => !marked.includes(line));
    const straight = plain.filter((line) => line.trim() !== 'server 127.0.0.1:8065;');
    expect(plain.length - straight.length).toBe(1);
    expect(withoutMarked).toEqual(straight);
  });
});

describeWith('nginx', 'a real nginx with behind-hangup.conf, and no hangup', () => {
  it('passes WebSockets and plain requests, also those that change something, straight to Mattermost', async () => {
    const received: string[] = [];
    const mattermost = createServer((request, response) => {
      received.push(`${request.method} ${request.url} ${'x-request-id' in request.headers}`);
      response.end();
    });
    const sockets = new WebSocketServer({ server: mattermost });
    mattermost.listen(0, '127.0.0.1');
    await once(mattermost, 'listening');
    const nobody = await freePort();
    const target = mattermost.address();
    if (typeof target !== 'object' || target === null) throw new Error('no port');
    const conf = ({ folder, port }: NginxPlace): string =>
      `daemon off;\npid ${folder}/nginx.pid;\n${textOf('behind-hangup.conf')}`
        .replaceAll('/var/log/nginx', folder)
        .replace(/^ +listen 80 /m, `listen 127.0.0.1:${port} `)
        .replace('127.0.0.1:8066', `127.0.0.1:${nobody}`)
        .replace('127.0.0.1:8065', `127.0.0.1:${target.port}`);
    const nginx = await startNginx({ target: target.port, conf });
    try {
      const url = `127.0.0.1:${nginx.port}/api/v4`;
      expect((await fetch(`http://${url}/users/me`)).status).toBe(200);
      expect((await fetch(`http://${url}/posts`, { method: 'POST', body: '{}' })).status).toBe(200);
      const socket = new WebSocket(`ws://${url}/websocket/`);
      await once(socket, 'open');
      socket.terminate();
      expect(received).toEqual(['GET /api/v4/users/me true', 'POST /api/v4/posts true']);
    } finally {
      await nginx.close();
      for (const socket of sockets.clients) socket.terminate();
      mattermost.close();
    }
  });
});
