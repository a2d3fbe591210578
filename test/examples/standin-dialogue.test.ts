import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { textOf } from './raw-peer.ts';
import { ALICE, BOB, BOT, bearer, nextEnd, rawPeer, standinForTest } from './standin-peers.ts';

/** Frames of a real Mattermost 5.37, by a name and their text. */
const captured = readFileSync(new URL('../mattermost/captured-frames.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line): unknown => JSON.parse(line));

function capture(index: number): string {
  const frame = captured[index];
  if (typeof frame !== 'object' || frame === null || !('text' in frame)) throw new Error('no such capture');
  return String(frame.text);
}

/** A frame with every id, time and number blanked, so that only what a parser depends on is left. */
function shape(text: string): string {
  return text
    .replace(/[a-z0-9]{26}(?:__[a-z0-9]{26})?/g, 'ID')
    .replace(/"[a-f0-9]{32}"/g, '"HASH"')
    .replace(/\d{13}/g, 'TIME')
    .replace(/"seq":\d+/, '"seq":N');
}

describe('speaks as the captured server does', () => {
  it('from hello to a post in each kind of channel', async () => {
    const standin = await standinForTest();
    const peer = await rawPeer(standin, { headers: [bearer(BOB)] });
    await peer.frame(1);
    standin.post('O', 'hello public', { from: 'alice' });
    standin.post('O', 'hi @bob', { from: 'alice', mentions: ['bob'] });
    standin.post('P', 'hello private', { from: 'alice' });
    standin.post('D', 'hello dm', { from: 'alice', to: 'bob' });
    standin.post('G', 'hello group', { from: 'alice' });
    await peer.frame(6);
    const texts = peer.frames.map(textOf);
    for (const [index, text] of texts.slice(0, 6).entries()) expect(shape(text)).toBe(shape(capture(index)));
    expect(texts[6]).toContain('"channel_type":"G"');
    expect(texts.map((text) => JSON.parse(text).seq)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('when a client types, pings and asks for statuses', async () => {
    const standin = await standinForTest();
    const alice = await rawPeer(standin, { headers: [bearer(ALICE)] });
    const bob = await rawPeer(standin, { headers: [bearer(BOB)] });
    await Promise.all([alice.frame(1), bob.frame(1)]);
    const channel = standin.world.channelOf('O', null, null);
    bob.send(1, capture(9).replace(/"channel_id":"[^"]+"/, `"channel_id":"${channel?.id}"`));
    bob.send(1, capture(10));
    bob.send(1, capture(11));
    await bob.frame(4);
    const replies = bob.frames.slice(2).map(textOf);
    expect(replies[0]).toBe(capture(6));
    expect(replies[1]?.replace(/\d{13}/, 'TIME')).toBe(capture(7).replace(/\d{13}/, 'TIME'));
    expect(shape(replies[2] ?? '')).toBe(shape(capture(8)));
    expect(JSON.parse(textOf(await alice.frame(2)))).toMatchObject({
      event: 'typing',
      data: { user_id: standin.world.user('bob')?.id },
      broadcast: { channel_id: channel?.id },
      seq: 2,
    });
  });

  it('when a challenge authenticates, in either key order', async () => {
    for (const order of [
      '{"seq":1,"action":"authentication_challenge",',
      '{"action":"authentication_challenge","seq":1,',
    ]) {
      const standin = await standinForTest();
      const peer = await rawPeer(standin);
      peer.send(1, `${order}"data":{"token":"${BOB}"}}`);
      await peer.frame(2);
      expect(peer.frames.map((frame) => shape(textOf(frame)))).toEqual([13, 14, 1].map((i) => shape(capture(i))));
    }
  });
});

it('takes the cookie before the header', async () => {
  const standin = await standinForTest();
  const peer = await rawPeer(standin, { headers: [bearer(ALICE), `Cookie: x=1; MMAUTHTOKEN=${BOB}`] });
  await peer.frame(0);
  expect(standin.connections[0]?.user?.username).toBe('bob');
});

it('spaces the events of version 11 as that version does, and not its hello and replies', async () => {
  const standin = await standinForTest({ dialect: '11' });
  const peer = await rawPeer(standin, { headers: [bearer(BOB)] });
  await peer.frame(1);
  standin.post('O', '<b> & co');
  peer.send(1, '{"action":"ping","seq":1}');
  await peer.frame(3);
  const [hello, status, posted, reply] = peer.frames.map(textOf);
  expect(hello).toMatch(/^\{"event":"hello",.*"server_hostname":"standin",.*\}\n$/);
  expect(status).toMatch(
    /^\{"event": "status_change", "data": \{"status":"online",.*\}, "broadcast": \{.*\}, "seq": 1\}$/,
  );
  expect(posted).toMatch(/^\{"event": "posted", "data": \{.*\\\\u003cb\\\\u003e \\\\u0026 co.*\}, "seq": 2\}$/);
  expect(JSON.parse(JSON.parse(posted ?? '').data.post).message).toBe('<b> & co');
  expect(reply).toMatch(/^\{"status":"OK","seq_reply":1,.*\}\n$/);
});

describe('a post', () => {
  it('reaches the members of its channel only', async () => {
    const standin = await standinForTest({ members: { O: ['alice'] } });
    const bot = await rawPeer(standin, { headers: [bearer(BOT)] });
    await bot.frame(1);
    standin.post('O', 'not for bots', { from: 'alice' });
    standin.post('D', 'for bob', { from: 'alice', to: 'bob' });
    standin.post('D', 'for the bot', { from: 'alice', to: 'bot' });
    const data = JSON.parse(textOf(await bot.frame(2))).data;
    expect([data.channel_type, JSON.parse(data.post).message]).toEqual(['D', 'for the bot']);
  });

  it('reaches no connection whose session was revoked, which stays open and gets FAIL 401', async () => {
    const standin = await standinForTest();
    const peer = await rawPeer(standin, { headers: [bearer(BOB)] });
    await peer.frame(1);
    standin.revoke(BOB);
    standin.post('O', 'unheard');
    peer.send(1, '{"action":"ping","seq":5}');
    expect(JSON.parse(textOf(await peer.frame(2)))).toMatchObject({
      status: 'FAIL',
      seq_reply: 5,
      error: { id: 'api.web_socket_router.not_authenticated.app_error', status_code: 401 },
    });
    expect(standin.connections).toHaveLength(1);
  });
});

it.each([
  ['{"action":"dance","seq":1}', 'bad_action', 500],
  ['{"action":"ping"}', 'bad_seq', 400],
  ['{"seq":3}', 'no_action', 400],
  ['null', 'no_action', 400],
])('answers %s with FAIL', async (text, id, status) => {
  const standin = await standinForTest();
  const peer = await rawPeer(standin, { headers: [bearer(BOB)] });
  await peer.frame(1);
  peer.send(1, text);
  const reply = JSON.parse(textOf(await peer.frame(2)));
  expect(reply).toMatchObject({ status: 'FAIL', error: { id: `api.web_socket_router.${id}.app_error` } });
  expect(reply.error.status_code).toBe(status);
});

describe('a client that comes back', () => {
  const back = (id: string | undefined, sequence: number | string) => ({
    path: `/api/v4/websocket?connection_id=${id}&sequence_number=${sequence}`,
    headers: [bearer(BOB)],
  });

  async function lost(posts: number) {
    const standin = await standinForTest();
    const peer = await rawPeer(standin, { headers: [bearer(BOB)] });
    await peer.frame(1);
    for (let i = 2; i < posts + 2; i++) standin.post('O', `post ${i}`);
    await peer.frame(posts + 1);
    const id = standin.connections[0]?.connectionId ?? undefined;
    const why = nextEnd(standin);
    peer.socket.resetAndDestroy();
    await why;
    return { standin, id };
  }

  it('gets what it missed, sent and unsent, under the same numbers and without a hello', async () => {
    const { standin, id } = await lost(4);
    standin.post('O', 'meanwhile');
    const peer = await rawPeer(standin, back(id, 4));
    await peer.frame(3);
    const events = peer.frames.map((frame) => JSON.parse(textOf(frame)));
    expect(events.map((event) => [event.event, event.seq])).toEqual([
      ['posted', 4],
      ['posted', 5],
      ['posted', 6],
      // It had gone offline in between.
      ['status_change', 7],
    ]);
    expect(standin.connections[0]?.connectionId).toBe(id);
  });

  it('gets a new hello when its place is no longer among the last 128', async () => {
    const { standin, id } = await lost(140);
    const peer = await rawPeer(standin, back(id, 3));
    const hello = JSON.parse(textOf(await peer.frame(0)));
    expect([hello.event, hello.seq]).toEqual(['hello', 0]);
    expect(hello.data.connection_id).not.toBe(id);
  });

  it('is ended when the number is none, and starts anew when the id is not known', async () => {
    const { standin, id } = await lost(1);
    expect(await (await rawPeer(standin, back(id, 'x'))).ended).toBe('fin');
    const peer = await rawPeer(standin, back(id, 3));
    expect(JSON.parse(textOf(await peer.frame(0))).event).toBe('hello');
  });
});
