import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HELLO_BYTES, helloUserId, postedBy } from '../../src/mattermost/users.ts';

/** Frames of a real Mattermost 5.37. */
const captured = readFileSync(new URL('./captured-frames.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line): { from: string; text: string } => JSON.parse(line));

const CLAWBOT = 'gx5rwtkpnbr6xb9dgtk1susgfe';
const ALICE = 'rrqh183kkibhprs91849b86cfe';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const framesNamed = (event: string): string[] =>
  captured.map(({ text }) => text).filter((text) => text.startsWith(`{"event":"${event}"`));

/** A `posted` event around a post, as Mattermost makes it: the post is JSON within a string. */
function posted(post: Readonly<Record<string, unknown>>, senderName: string): Uint8Array {
  const inner = JSON.stringify({ id: 'x', user_id: ALICE, message: '', type: '', props: {}, ...post });
  return bytes(JSON.stringify({ event: 'posted', data: { channel_type: 'O', post: inner, sender_name: senderName } }));
}

describe('the user of a connection', () => {
  it('is the one that the hello of a real Mattermost is addressed to', () => {
    const hellos = framesNamed('hello');
    expect(hellos.length).toBeGreaterThan(0);
    for (const hello of hellos) expect(helloUserId(bytes(hello).subarray(0, HELLO_BYTES))).toBe(CLAWBOT);
  });

  it('is not known from a hello that is cut off before it', () => {
    for (const hello of framesNamed('hello')) expect(helloUserId(bytes(hello).subarray(0, 150))).toBeNull();
  });
});

describe('the name of a user', () => {
  it('is learned from every post that a real Mattermost delivered', () => {
    const posts = framesNamed('posted');
    expect(posts.length).toBeGreaterThan(2);
    for (const post of posts) expect(postedBy(bytes(post))).toEqual({ id: ALICE, name: 'alice' });
  });

  it('is found whatever the spacing', () => {
    const spaced = `{"event": "posted", "data": {"post": "{\\"user_id\\": \\"${ALICE}\\"}", "sender_name": "@a.b-c_d"}}`;
    expect(postedBy(bytes(spaced))).toEqual({ id: ALICE, name: 'a.b-c_d' });
  });

  it.each([
    ['the name', { message: `","sender_name":"@mallory","x":"` }],
    ['the id', { message: `"user_id":"${CLAWBOT}"` }],
    ['the id, escaped once more', { message: `\\"user_id\\":\\"${CLAWBOT}\\"` }],
    ['the id, in props', { props: { user_id: CLAWBOT } }],
  ])('is not taken from what somebody wrote: %s', (_what, post) => {
    expect(postedBy(posted(post, '@alice'))).toEqual({ id: ALICE, name: 'alice' });
  });

  it.each([
    ['a webhook that chose a name', { props: { from_webhook: 'true', override_username: 'boss' } }, '@boss'],
    ['the system', { type: 'system_join_channel' }, '@system'],
    ['a display name', {}, 'Alice Liddell'],
    ['a name with markup', {}, '@<img onerror=alert(1)>'],
  ])('is not learned from %s', (_what, post, senderName) => {
    expect(postedBy(posted(post, senderName))).toBeNull();
  });
});
