import { expect, it } from 'vitest';
import { SlowDown } from '../../../src/inspector/sign-in/slow-down.ts';

const MINUTE_MS = 60_000;

/** Wrong tokens by the clock of the test. */
function stage() {
  let now = 0;
  const slowDown = new SlowDown(() => now);
  return {
    slowDown,
    wrong: (address: string) => slowDown.wrong(address),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

it('the first five are answered at once, the next five ever later, and then none for a minute', () => {
  const { wrong } = stage();
  const penalties = Array.from({ length: 12 }, () => wrong('10.0.0.1'));
  expect(penalties.map(({ delayMs }) => delayMs)).toEqual([0, 0, 0, 0, 0, 250, 500, 1000, 2000, 4000, 0, 0]);
  expect(penalties.map(({ retryAfterS }) => retryAfterS).slice(9)).toEqual([null, 60, 60]);
});

it('after the minute there is one try a minute, and after a quarter of an hour all is forgotten', () => {
  const { wrong, pass } = stage();
  for (let i = 0; i < 11; i++) wrong('10.0.0.1');
  pass(30_000);
  expect(wrong('10.0.0.1').retryAfterS).toBe(30);
  pass(30_000);
  expect(wrong('10.0.0.1').retryAfterS).toBe(60);
  pass(15 * MINUTE_MS + 1);
  expect(wrong('10.0.0.1')).toEqual({ delayMs: 0, retryAfterS: null });
});

it('one address does not answer for another', () => {
  const { wrong } = stage();
  for (let i = 0; i < 12; i++) wrong('10.0.0.1');
  expect(wrong('10.0.0.2')).toEqual({ delayMs: 0, retryAfterS: null });
});

it.each([
  ['the addresses of one IPv6 network', '2001:db8:1:2::5', '2001:db8:1:2:ffff::9'],
  ['an IPv4 address in its IPv6 clothes', '10.0.0.1', '::ffff:10.0.0.1'],
  ['the same with a zone', 'fe80::1', 'fe80::1%eth0'],
])('%s are one', (_, one, same) => {
  const { wrong } = stage();
  for (let i = 0; i < 11; i++) wrong(one);
  expect(wrong(same).retryAfterS).toBe(60);
});

it('two IPv6 networks are two', () => {
  const { wrong } = stage();
  for (let i = 0; i < 11; i++) wrong('2001:db8:1:2::5');
  expect(wrong('2001:db8:1:3::5').retryAfterS).toBeNull();
});

it('remembers no more than 1024 addresses, and those that go on guessing before others', () => {
  const { slowDown, wrong } = stage();
  for (let i = 0; i < 11; i++) wrong('10.0.0.1');
  for (let i = 0; i < 5000; i++) {
    wrong(`10.1.${i >> 8}.${i & 255}`);
    if (i % 500 === 0) wrong('10.0.0.1');
  }
  expect(slowDown.size).toBe(1024);
  expect(wrong('10.0.0.1').retryAfterS).toBe(60);
});

it('lets no more than 32 answers wait at once, for each of them holds a connection', () => {
  const { slowDown, wrong } = stage();
  const penalties = Array.from({ length: 40 }, (_, i) => {
    const address = `10.0.0.${i}`;
    for (let n = 0; n < 5; n++) wrong(address);
    const penalty = wrong(address);
    void slowDown.wait(penalty);
    return penalty;
  });
  expect(penalties.filter(({ delayMs }) => delayMs > 0)).toHaveLength(32);
  expect(penalties.at(-1)).toEqual({ delayMs: 0, retryAfterS: 1 });
});
