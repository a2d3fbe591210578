import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openStage } from './stage.ts';

/** Frames of a real Mattermost 5.37. */
const captured = readFileSync(new URL('../mattermost/captured-frames.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line): { from: string; text: string } => JSON.parse(line))
  .map(({ text }) => text);
const first = (event: string): string => {
  const found = captured.find((text) => text.startsWith(`{"event":"${event}"`));
  if (found === undefined) throw new Error(`no ${event} was captured`);
  return found;
};

const BOT = 'gx5rwtkpnbr6xb9dgtk1susgfe';
const ALICE = 'rrqh183kkibhprs91849b86cfe';

describe('who is at the other end', () => {
  test('is told by the hello, and what users are called by the posts that pass', async () => {
    const { server, client, log, recording } = await openStage();
    await server.text(first('hello'));
    await log.until('the user', () => recording.users.get(0));
    expect(recording.users.get(0)).toBe(BOT);
    // A post by the bot itself: only the names of those who have a connection are told.
    const own = first('posted').replace(ALICE, BOT).replace('@alice', '@clawbot');
    await server.text(first('posted'));
    await server.text(own);
    await log.until('a name', () => recording.userNames.get(BOT));
    expect([...recording.userNames]).toEqual([[BOT, 'clawbot']]);
    await client.until('all frames', () => client.frames.length === 3);
    expect(client.frames.map(({ payload }) => payload.toString())).toEqual([first('hello'), first('posted'), own]);
  });

  test('is told as well when the hello comes in pieces', async () => {
    const { server, log, recording } = await openStage();
    await server.frame({ opcode: 1, payload: first('hello') }, [1, 3, 60, 120, 200]);
    await log.until('the user', () => recording.users.get(0));
    expect(recording.users.get(0)).toBe(BOT);
  });

  test('is not asked with --payload none', async () => {
    const { server, client, recording } = await openStage({ payload: 'none' });
    await server.text(first('hello'));
    await server.text(first('posted'));
    await client.until('both frames', () => client.frames.length === 2);
    expect([recording.users.size, recording.userNames.size]).toEqual([0, 0]);
  });

  test('is not believed when a client says it', async () => {
    const { server, client, recording } = await openStage();
    await client.text(first('hello'));
    await client.text(first('posted'));
    await server.until('both frames', () => server.frames.length === 2);
    expect([recording.users.size, recording.userNames.size]).toEqual([0, 0]);
  });

  test('costs a look at few frames only: of a thousand posts in one moment not all are read', async () => {
    const { server, client, recording } = await openStage();
    const names = Array.from({ length: 1000 }, (_, i) => `name-${i}`);
    const posts = names.map((name) => first('posted').replace(ALICE, BOT).replace('@alice', `@${name}`));
    await server.text(first('hello'));
    for (const post of posts) await server.text(post);
    await client.until('all of them', () => client.frames.length > posts.length, 10_000);
    const learned = recording.namesTold;
    expect(learned).toBeGreaterThan(0);
    // 20 a second; this took far less than ten.
    expect(learned).toBeLessThanOrEqual(200);
  });
});
