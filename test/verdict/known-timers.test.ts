import { describe, expect, it } from 'vitest';
import { family, KNOWN_TIMERS, wholeSecond } from '../../src/verdict/known-timers.ts';
import { read } from '../../src/verdict/reading.ts';
import { matchIdle } from '../../src/verdict/timer-match.ts';
import { duration } from '../../src/verdict/wording.ts';
import { play, type Step, silence } from './dialogue.ts';

const matched = (behind: string, steps: readonly Step[], idleMs: number | null = 4000): number | undefined =>
  matchIdle(read(play({ behind, idleMs }, steps)), 'client')?.timerMs;

describe('every idle end that was measured (GROUND-TRUTH §2, T = 4 s) is recognised', () => {
  it.each([
    ['nginx', 3995.7],
    ['nginx', 4004.1],
    ['nginx', 4061],
    ['nginx', 3959],
    ['haproxy', 4001],
    ['haproxy', 4094],
    ['apache', 4036],
    ['caddy', 4003],
  ])('%s after %d ms', (behind, ms) => {
    expect(matched(behind, ['S data', silence(ms), 'C FIN'])).toBe(4000);
  });

  it.each([
    [150, 3853.1],
    [250, 3750.7],
  ])('nginx, two bytes %d ms apart, then %d ms: its timer was not armed again', (apart, ms) => {
    expect(matched('nginx', ['S data', silence(1000), 'S data', silence(apart), 'S data', silence(ms), 'C FIN'])).toBe(
      4000,
    );
  });

  it('but not 400 ms early or 120 ms late', () => {
    for (const ms of [3600, 4120]) expect(matched('nginx', ['S data', silence(ms), 'C FIN'])).toBeUndefined();
  });
});

describe('a timer', () => {
  it('belongs to its neighbours: 100 s is Cloudflare’s, not nginx’s default', () => {
    const steps = ['S data', silence(100_030), 'C FIN'];
    expect(matched('cloudflare', steps, null)).toBe(100_000);
    // To nginx it is only a whole second, and far from one it is nothing.
    expect(matched('nginx', ['S data', silence(100_200), 'C FIN'], null)).toBeUndefined();
  });

  it('is none of Docker’s, whose proxy has no idle timer', () => {
    expect(matched('docker', ['S data', silence(4001), 'C FIN'], null)).toBeUndefined();
  });

  it('of unknown length is a whole second, from 2 s on', () => {
    expect([3990, 4000, 4020].map((ms) => wholeSecond(ms))).toEqual([4000, 4000, 4000]);
    expect([3989, 4021, 4500, 1000, 1995 - 10].map((ms) => wholeSecond(ms))).toEqual([null, null, null, null, null]);
  });

  it('names its component, its setting and its source', () => {
    for (const timer of KNOWN_TIMERS)
      expect([timer.component, timer.setting, timer.source].every((text) => text !== '')).toBe(true);
  });
});

it.each([
  ['nginx', 'nginx'],
  ['NGINX:1.22', 'nginx'],
  ['nginx-2', 'nginx'],
  ['ingress-nginx', 'nginx'],
  ['httpd', 'apache'],
  ['my-gateway', 'my-gateway'],
  ['constructor', 'constructor'],
])('a neighbour called %s behaves as %s', (name, known) => {
  expect(family(name)).toBe(known);
});

it.each([
  [12.4, '12 ms'],
  [60_003, '60.003 s'],
  [10_000, '10 s'],
  [939_300, '15 min 39 s'],
  [7_500_000, '2 h 5 min'],
])('%d ms are told as %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});
