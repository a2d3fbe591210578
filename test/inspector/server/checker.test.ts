import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { Checker } from '../../../src/inspector/check/checker.ts';

const FIXTURE = fileURLToPath(new URL('./fixtures/check-process.ts', import.meta.url));

/** A checker whose process does as it is told. */
function make(timeLimitMs = 10_000) {
  const warnings: string[] = [];
  const checker = new Checker({ warn: (message) => warnings.push(message), program: FIXTURE, timeLimitMs });
  onTestFinished(() => checker.close());
  const ask = async (words: string, gone = new AbortController().signal): Promise<string> => {
    const { status, pieces } = await checker.check(Buffer.from(words), gone);
    return `${status} ${Buffer.concat(pieces).toString()}`;
  };
  return { checker, ask, warnings };
}

it('a check that never ends is ended, and the next one is answered', async () => {
  const { ask, warnings } = make(500);
  await expect(ask('hang')).rejects.toMatchObject({
    status: 422,
    message: 'the check took longer than 0.5 s and was given up',
  });
  expect(await ask('next')).toBe('200 next');
  expect(warnings).toEqual([]);
});

it.each(['eat', 'eat at once'])('a check that eats its memory is ended, and not this process: %s', async (how) => {
  const { ask } = make(60_000);
  await expect(ask(how)).rejects.toMatchObject({ status: 422, message: expect.stringContaining('384 MB of memory') });
  expect(await ask('next')).toBe('200 next');
});

it('a check that falls over is an answer; the log says where, and not a word of what was checked', async () => {
  const { ask, warnings } = make();
  await expect(ask('throw secret-name')).rejects.toMatchObject({
    status: 500,
    message: 'the check failed, which is a fault of hangup’s own; its log says where',
  });
  await expect(ask('leave')).rejects.toMatchObject({ status: 500 });
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toMatch(/^the check of a configuration failed \(TypeError\) at check-process\.ts:\d+:\d+/);
  expect(warnings.join()).not.toContain('secret-name');
  expect(warnings.join()).not.toContain(import.meta.dirname);
});

it('a question that cannot be asked is an answer too', async () => {
  const { ask, warnings } = make();
  expect(await ask('refuse')).toBe('400 refuse');
  expect(warnings).toEqual([]);
});

it('an answer without an end is given up', async () => {
  const { ask } = make();
  await expect(ask('flood')).rejects.toMatchObject({ status: 422, message: expect.stringContaining('32 MiB') });
});

it('one is checked at a time, in the order of asking; who comes when many wait is told to come again', async () => {
  const { ask } = make();
  const first = new AbortController();
  const waits = ask('wait', first.signal);
  const answers: string[] = [];
  const others = ['a', 'b', 'c', 'd'].map((words) => ask(words).then((answer) => answers.push(answer)));
  await expect(ask('e')).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
  expect(answers).toEqual([]);
  first.abort();
  await expect(waits).rejects.toThrow('who asked is gone');
  await Promise.all(others);
  expect(answers).toEqual(['200 a', '200 b', '200 c', '200 d']);
});

it('who goes away leaves the line', async () => {
  const { ask } = make();
  const first = new AbortController();
  const waits = ask('wait', first.signal).catch(() => 'gone');
  const leaving = Array.from({ length: 4 }, () => new AbortController());
  const gone = leaving.map(({ signal }) => ask('x', signal).catch((error: Error) => error.message));
  for (const each of leaving) each.abort();
  expect(new Set(await Promise.all(gone))).toEqual(new Set(['who asked is gone']));
  const next = ask('next');
  first.abort();
  expect(await waits).toBe('gone');
  expect(await next).toBe('200 next');
});

it('at the end what runs is ended, what waits is told so, and nothing is begun', async () => {
  const { checker, ask, warnings } = make();
  const running = ask('hang').catch((error: Error) => error.message);
  const waiting = ask('x').catch((error: Error) => error.message);
  await sleep(0);
  await checker.close();
  for (const said of [await running, await waiting]) expect(said).toContain('ask again');
  await expect(ask('late')).rejects.toMatchObject({ status: 503 });
  expect(warnings).toEqual([]);
});

it('a check costs this thread next to nothing', async () => {
  const { ask } = make(1500);
  const before = process.threadCpuUsage();
  await expect(ask('hang')).rejects.toMatchObject({ status: 422 });
  const { user, system } = process.threadCpuUsage(before);
  // In µs: to start a process and to end it, and not the second and a half that it was busy.
  expect(user + system).toBeLessThan(300_000);
});
