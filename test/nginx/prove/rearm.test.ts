import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Backend } from '../../../src/nginx/prove/backend.ts';
import { PLACES } from '../../../src/nginx/prove/copy/place.ts';
import { timeMs } from '../../../src/nginx/prove/copy/timers.ts';
import { explains, lifeOfIdle } from '../../../src/nginx/prove/measurements/idle.ts';
import { measureRearm, type RearmResult, schedule } from '../../../src/nginx/prove/measurements/rearm.ts';
import { findNginx, inspectNginx } from '../../../src/nginx/prove/nginx-build.ts';
import { makePrivateFolder } from '../../../src/nginx/prove/private-folder.ts';
import { RunningCopy } from '../../../src/nginx/prove/running-copy.ts';
import { sitesOf, socketPaths } from '../../../src/nginx/prove/sites.ts';
import { Trials } from '../../../src/nginx/prove/trials.ts';
import { describeWith } from '../../kit/needs.ts';
import { read, site, UPGRADE } from './proven.ts';

describe('the time of a ping', () => {
  it.each([
    [1_000, 500, 1_250],
    [2_000, 500, 2_250],
    [90_000, 9_000, 94_500],
  ])('with a timer of %i ms comes late enough to count and early enough to wait for', (timer, pingMs, untilMs) => {
    expect(schedule(timer)).toEqual({ pingMs, untilMs });
  });
});

describe('a cut', () => {
  const timer = { name: 'proxy_read_timeout', ms: 60_000, from: null };

  it.each([
    [60_010, 1, true],
    [59_700, 1, true],
    [59_000, 1, false],
    [64_000, 1, false],
    [1_005, 60, true],
    [2_000, 60, false],
  ])('after %i ms at scale %i is the doing of a timer of 60 s: %s', (afterMs, scale, expected) => {
    expect(explains(afterMs, timer, scale)).toBe(expected);
  });

  it('counts as the time of its timer, and as measured where it has none', () => {
    expect(lifeOfIdle(1_190, timer, 60)).toBe(60_000);
    expect(lifeOfIdle(3_000, timer, 60)).toBe(180_000);
    expect(lifeOfIdle(3_000, null, 1)).toBe(3_000);
  });
});

it.each([
  ['90', 90_000],
  ['1m30s', 90_000],
  ['500ms', 500],
  ['1M', 2_592_000_000],
  ['$x', null],
  ['', null],
])('a time of %j is %s ms, as nginx reads it', (text, ms) => {
  expect(timeMs(text)).toBe(ms);
});

describeWith(['nginx', 'openssl'], 'one ping', () => {
  /** @param said the timer that the measurement is told, in ms; nginx has another one */
  async function measured(said: number): Promise<RearmResult> {
    const configuration = read(site(`location / { proxy_pass http://mattermost;${UPGRADE} proxy_read_timeout 1s; }`));
    const nginx = await inspectNginx(findNginx(process.env.PATH ?? '') ?? 'nginx');
    const folder = await makePrivateFolder(nginx.user);
    const [{ certificate, key }] = PLACES.certificates;
    const pem = (file: string): string => readFileSync(join(folder.path, file), 'utf8');
    const backend = await Backend.start({ cert: pem(certificate), key: pem(key) });
    const running = await RunningCopy.start(configuration, { nginx, backend, folder, scale: 1, keepsIdle: false });
    try {
      const { signal } = new AbortController();
      const trials = new Trials(running, backend, 'test', signal);
      const [first] = sitesOf(configuration, null).sites;
      const [path] = first === undefined ? [] : socketPaths(configuration, first);
      if (first === undefined || path === undefined) throw new Error('nothing to measure');
      return await measureRearm(trials, first, path, 'client', said, 10_000, signal);
    } finally {
      await running.process.stop();
      await backend.stop();
      folder.remove();
    }
  }

  it('is seen to start the timer anew', async () => {
    expect(await measured(1_000)).toEqual({ kind: 'rearmed' });
  });

  it('is seen not to be enough where the connection is cut all the same', async () => {
    const result = await measured(3_000);
    expect(result).toMatchObject({ kind: 'not-rearmed' });
    // The ping came after half a second, and nginx's own timer is one second.
    expect(result.kind === 'not-rearmed' && result.afterMs).toBeGreaterThan(1_200);
    expect(result.kind === 'not-rearmed' && result.afterMs).toBeLessThan(2_200);
  });

  it('is not tried where it would take longer than there is', async () => {
    expect(await measured(60_000)).toEqual({ kind: 'unmeasured', because: 'it takes --wait 63s' });
  });
});
