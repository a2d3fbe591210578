import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Standin } from '../../examples/mattermost-standin/standin.ts';
import { textOf } from './raw-peer.ts';
import { ALICE, BOB, bearer, rawPeer, standinForTest } from './standin-peers.ts';

const authorized = { Authorization: `Bearer ${BOB}` };
const UPGRADE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A GET with exactly these headers; a 101 is an answer without a body. */
async function get(standin: Standin, path: string, headers: Record<string, string>): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const asked = request(`${standin.url}${path}`, { headers, agent: false });
  asked.on('error', reject);
  asked.on('upgrade', (response, socket) => {
    socket.destroy();
    resolve({ status: response.statusCode, headers: response.headers, body: '' });
  });
  asked.on('response', (response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      body += chunk;
    });
    response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
  });
  asked.end();
  return await promise;
}

describe('an upgrade', () => {
  it.each(['/api/v4/websocket', '/api/v4/websocket/', '/api/v4/websocket?connection_id='])(
    'is taken on %s',
    async (path) => {
      const standin = await standinForTest({ siteUrl: 'https://chat.example.com' });
      const answer = await get(standin, path, { ...UPGRADE, Origin: 'https://chat.example.com' });
      expect(answer.status).toBe(101);
      expect(answer.headers).toMatchObject({ upgrade: 'websocket', connection: 'Upgrade' });
      expect(answer.headers['sec-websocket-extensions']).toBeUndefined();
    },
  );

  const { Connection: _c, ...withoutConnection } = UPGRADE;
  const { Upgrade: _u, ...withoutUpgrade } = UPGRADE;
  it.each([
    ['without Upgrade', withoutUpgrade, 400, 'Bad Request\n'],
    ['without Connection', { ...withoutConnection, Connection: 'close' }, 400, 'Bad Request\n'],
    ['with neither', {}, 400, 'Bad Request\n'],
    ['for h2c', { ...UPGRADE, Upgrade: 'h2c' }, 400, 'Bad Request\n'],
    ['with another Origin', { ...UPGRADE, Origin: 'https://evil.example.com' }, 403, 'Forbidden\n'],
    ['with another scheme', { ...UPGRADE, Origin: 'http://chat.example.com' }, 403, 'Forbidden\n'],
  ])('%s is refused as captured', async (_how, headers, status, before) => {
    const standin = await standinForTest({ siteUrl: 'https://chat.example.com' });
    const answer = await get(standin, '/api/v4/websocket', headers);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'sec-websocket-version': '13',
      'x-version-id': '5.37.0..0ef89c0c848bf0e301d4bc0587749828.false',
    });
    expect(answer.body.startsWith(before)).toBe(true);
    expect(JSON.parse(answer.body.slice(before.length))).toEqual({
      id: 'api.web_socket.connect.upgrade.app_error',
      message: 'Failed to upgrade websocket connection.',
      detailed_error: '',
      request_id: answer.headers['x-request-id'],
      status_code: 500,
    });
  });

  it.each([
    ['/api/v4/websocket?access_token=abc', 401, 'api.context.token_provided.app_error'],
    ['/api/v4/websocket/x', 404, 'api.context.404.app_error'],
    ['/api/v4/websockets', 404, 'api.context.404.app_error'],
    ['/', 404, 'api.context.404.app_error'],
  ])('to %s is refused with %i', async (path, status, id) => {
    const standin = await standinForTest();
    const answer = await get(standin, path, UPGRADE);
    expect([answer.status, JSON.parse(answer.body).id]).toEqual([status, id]);
  });

  it('never gets compression, though `ws` offers it', async () => {
    const standin = await standinForTest();
    const client = new WebSocket(standin.socketUrl, { headers: authorized });
    const [first] = await once(client, 'message');
    expect(JSON.parse(String(first)).event).toBe('hello');
    expect(client.extensions).toBe('');
    client.close(1000);
    expect((await once(client, 'close'))[0]).toBe(1000);
  });
});

describe('plain HTTP', () => {
  it('says on every answer that this is a stand-in, and in the first line of the log', async () => {
    const lines: string[] = [];
    const standin = await standinForTest({ log: (line) => lines.push(line) });
    expect(lines).toEqual([expect.stringMatching(/STAND-IN \(not Mattermost/)]);
    for (const path of ['/api/v4/system/ping', '/api/v4/users/me', '/nothing', '/api/v4/websocket']) {
      expect((await get(standin, path, {})).headers['x-hangup-standin']).toBe('not Mattermost');
    }
    expect((await get(standin, '/api/v4/websocket', UPGRADE)).headers['x-hangup-standin']).toBe('not Mattermost');
  });

  it('knows who asks', async () => {
    const standin = await standinForTest();
    expect(await (await fetch(`${standin.url}/api/v4/system/ping`)).json()).toMatchObject({ status: 'OK' });
    expect((await fetch(`${standin.url}/api/v4/users/me`)).status).toBe(401);
    const me = await fetch(`${standin.url}/api/v4/users/me`, { headers: authorized });
    expect(await me.json()).toEqual({ id: standin.world.user('bob')?.id, username: 'bob' });
  });

  it('makes an event of a post', async () => {
    const standin = await standinForTest({ members: { P: ['alice'] } });
    const peer = await rawPeer(standin, { headers: [bearer(ALICE)] });
    await peer.frame(1);
    const post = (body: unknown) =>
      fetch(`${standin.url}/api/v4/posts`, { method: 'POST', headers: authorized, body: JSON.stringify(body) });
    const id = (type: 'O' | 'P') => standin.world.channelOf(type, null, null)?.id;
    const answer = await post({ channel_id: id('O'), message: 'hi @alice' });
    expect(answer.status).toBe(201);
    const event = JSON.parse(textOf(await peer.frame(2)));
    expect(JSON.parse(event.data.post)).toEqual(await answer.json());
    expect(event.data).toMatchObject({ sender_name: '@bob', mentions: `["${standin.world.user('alice')?.id}"]` });
    expect((await post({ channel_id: id('P'), message: 'not mine' })).status).toBe(403);
    expect((await post({ channel_id: 'nowhere', message: '' })).status).toBe(400);
    expect((await post('no object')).status).toBe(400);
  });

  it('takes a streamed file, tells its size and digest, and gives the same bytes back', async () => {
    const standin = await standinForTest();
    const bytes = randomBytes(3_000_000);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const chunks = [bytes.subarray(0, 1), bytes.subarray(1, 1_000_000), bytes.subarray(1_000_000)];
    const upload = await fetch(`${standin.url}/api/v4/files`, {
      method: 'POST',
      headers: authorized,
      body: ReadableStream.from(chunks),
      duplex: 'half',
    });
    expect(upload.status).toBe(201);
    const file = JSON.parse(await upload.text());
    expect(file).toMatchObject({ size: 3_000_000, sha256 });
    const download = await fetch(`${standin.url}/api/v4/files/${file.id}`, { headers: authorized });
    expect(download.headers.get('x-content-sha256')).toBe(sha256);
    expect(Buffer.from(await download.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('streams a slow chunked answer, chunk by chunk', async () => {
    const standin = await standinForTest();
    const answer = await fetch(`${standin.url}/standin/slow?chunks=3&everyMs=60`);
    expect(answer.headers.get('transfer-encoding')).toBe('chunked');
    const seen: string[] = [];
    for await (const chunk of answer.body ?? []) seen.push(Buffer.from(chunk).toString());
    expect(seen).toEqual(['1 of 3\n', '2 of 3\n', '3 of 3\n']);
  });

  it('survives a client that leaves in the middle of a body', async () => {
    const standin = await standinForTest();
    const asked = request(`${standin.url}/api/v4/files`, { method: 'POST', headers: authorized });
    asked.on('error', () => {});
    asked.write('half a fi');
    await once(asked, 'socket').then(([socket]) => once(socket, 'connect'));
    asked.destroy();
    expect((await fetch(`${standin.url}/api/v4/system/ping`)).status).toBe(200);
  });
});

it('refuses a time that is none', async () => {
  await expect(standinForTest({ pingMs: 0 })).rejects.toThrow('pingMs must be a positive number of milliseconds');
});
