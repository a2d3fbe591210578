/** GROUND-TRUTH §2 with real nginx: `proxy_read_timeout`, and what moves it. */

import { expect } from 'vitest';
import { describeWith } from '../kit/proxies.ts';
import type { Pair, Path, PathSpec } from './path.ts';
import { dialFrom, pass } from './path.ts';
import { type Expected, expectVerdict, playScenes, type Scene, type Verdict } from './scenes.ts';

const TIMEOUT_S = 3;
const TIMEOUT_MS = TIMEOUT_S * 1000;
const nginx = { readTimeout: `${TIMEOUT_S}s` };
/** nginx re-arms lazily (NGX_TIMER_LAZY_DELAY), and the machine is busy. */
const EARLY_MS = 310;
const LATE_MS = 100;
/** Longer than nginx is lazy. */
const LATER_MS = 600;

const idle: Expected = {
  closedBy: 'proxy',
  cause: 'proxy-idle-timeout',
  certainty: 'likely',
  manner: 'fin',
  hop: 'nginx',
  closeCode: null,
  witness: /second tap in front of nginx|"upstream timed out \(110\)" is its idle timer/,
  remedy: /proxy_read_timeout 600s/,
  summary: new RegExp(`nginx closed the connection after ${TIMEOUT_S} s without a byte`),
};

/** What happens before the silence, by GROUND-TRUTH's names. */
const modes: Readonly<Record<string, (pair: Pair) => Promise<unknown>>> = {
  none: async () => undefined,
  'c2s: a message of the client moves it': async ({ client, server }) => {
    await pass(LATER_MS);
    await client.text('hello');
    await server.gotFrame();
  },
  's2c: a message of the server moves it': async ({ client, server }) => {
    await pass(LATER_MS);
    await server.text('hello');
    await client.gotFrame();
  },
  'cping: a ping of the client, unanswered': async ({ client, server }) => {
    server.polite = false;
    await pass(LATER_MS);
    await client.ping();
    await server.gotFrame();
  },
  'sping: a ping of the server and its pong': async ({ client, server }) => {
    await pass(LATER_MS);
    await server.ping();
    await client.gotFrame();
  },
  'burst: two messages 200 ms apart, so that nginx is early': async ({ client }) => {
    await pass(LATER_MS);
    await client.text('one');
    await pass(200);
    await client.text('two');
  },
};

async function untilCut(path: Path, mode: (pair: Pair) => Promise<unknown>): Promise<void> {
  const pair = await path.open();
  await mode(pair);
  await pair.client.until('the end', () => pair.client.endings[0], TIMEOUT_MS * 3);
}

function idleTimesStandOnTheTimer(verdicts: readonly Verdict[]): void {
  for (const { idle: times, lifetimeMs } of verdicts) {
    expect(times.anyMs ?? lifetimeMs).toBeGreaterThan(TIMEOUT_MS - EARLY_MS);
    expect(times.anyMs ?? lifetimeMs).toBeLessThan(TIMEOUT_MS + LATE_MS);
    expect(times.longestNaturalGapMs).toBeGreaterThan(TIMEOUT_MS - EARLY_MS);
    expect(times.longestNaturalGapMs).toBeLessThan(TIMEOUT_MS + LATE_MS);
  }
}

/** The tap was told the timer. */
const told: Scene[] = Object.entries(modes).map(([name, mode]) => ({
  name: `inner, declared idle=${TIMEOUT_S}s, ${name}`,
  path: { nginx, tap: `idle=${TIMEOUT_S}s` },
  play: (path) => untilCut(path, mode),
  timerMs: TIMEOUT_MS,
  verdict: name.startsWith('cping')
    ? { ...idle, certainty: 'possible', summary: /nginx closed/, says: /ping .* nobody answered/ }
    : idle,
  check: idleTimesStandOnTheTimer,
}));

const LIFETIMES_MS = [0, 700, 1400, 2100];
const differentLifetimes = async (path: Path): Promise<void> => {
  const modesOf = LIFETIMES_MS.map((ms) => async (pair: Pair): Promise<void> => {
    for (let spent = 0; spent < ms; spent += 350) {
      await pass(350);
      await pair.client.text('still here');
    }
  });
  await Promise.all(modesOf.map((mode) => untilCut(path, mode)));
};

/** Clients of one kind that each hang up after the same silence, through an nginx whose timer is far longer. */
const LEAVERS = 4;
async function leaveAfterSilence(path: Path): Promise<void> {
  // It is silent for longer than any of them, and lives: no timer of nginx's can have ended the others.
  const stayer = await path.open();
  for (let i = 0; i < LEAVERS; i++) {
    const { client, server } = await path.open();
    setTimeout(() => client.fin(), TIMEOUT_MS);
    await pass(500);
    if (i === LEAVERS - 1) await server.ended;
  }
  // It ends after them, and in its own way.
  await stayer.client.closeThenFin(1000);
  await stayer.server.ended;
}

/**
 * Many that come back together, as after a restart, and whose server pings at the very length of nginx's timer, as Mattermost
 * does: some pings are in time, some come too late, and some cross with nginx's FIN.
 */
const CROSSING = 40;
async function pingsCrossTheTimer(path: Path): Promise<void> {
  const ends: Promise<unknown>[] = [];
  for (let i = 0; i < CROSSING; i++) {
    const due = performance.now() + TIMEOUT_MS + ((i % 20) - 8) * 0.5;
    const { client, server } = await path.open({ dial: dialFrom(`127.0.0.${2 + i}`) });
    const pingWhenDue = (): void => {
      const left = due - performance.now();
      if (left > 4) setTimeout(pingWhenDue, left - 3);
      else if (left > 0) setImmediate(pingWhenDue);
      else server.ping().catch(() => undefined); // it was cut before
    };
    pingWhenDue();
    ends.push(client.until('the end', () => client.endings[0], TIMEOUT_MS * 4));
  }
  await Promise.all(ends);
}

const edge: PathSpec = { nginx, edge: true };
const scenes: Scene[] = [
  {
    name: 'inner, not declared, four connections of different lifetimes: it recurs',
    path: { nginx },
    play: differentLifetimes,
    timerMs: TIMEOUT_MS,
    count: LIFETIMES_MS.length,
    verdict: null,
    check: (verdicts) => {
      idleTimesStandOnTheTimer(verdicts);
      const inOrder = verdicts.toSorted((one, other) => one.lifetimeMs - other.lifetimeMs);
      // The first alone may have been a client that left; from the third on it is a timer.
      for (const one of inOrder) expect(['likely', 'possible']).toContain(one.certainty);
      for (const one of inOrder.slice(2)) expectVerdict(one, { ...idle, summary: /nginx closed the connection after/ });
    },
  },
  {
    name: 'inner, declared, many at once whose pings cross with the timer: no reload',
    path: { nginx, tap: `idle=${TIMEOUT_S}s` },
    play: pingsCrossTheTimer,
    count: CROSSING,
    verdict: null,
    check: (verdicts) => {
      const likely = verdicts.filter(({ certainty }) => certainty === 'likely');
      expect(likely.length).toBeGreaterThan(CROSSING / 2);
      expect(new Set(likely.map(({ cause }) => cause))).toEqual(new Set(['proxy-idle-timeout']));
    },
  },
  {
    name: 'look-alike: clients that leave after 3 s of silence each, while another is silent for longer and lives',
    path: { nginx: {} },
    play: leaveAfterSilence,
    count: LEAVERS + 1,
    verdict: null,
    check: (verdicts) => {
      const leavers = verdicts.filter(({ closeCode }) => closeCode === null);
      expect(leavers).toHaveLength(LEAVERS);
      for (const one of leavers) {
        expectVerdict(one, {
          closedBy: 'client',
          cause: 'client-abort',
          certainty: 'possible',
          witness: /second tap in front of nginx/,
        });
      }
    },
  },
  {
    name: 'edge, declared: nginx cuts its client leg as well',
    path: { ...edge, tap: `idle=${TIMEOUT_S}s` },
    play: (path) => untilCut(path, async () => undefined),
    timerMs: TIMEOUT_MS,
    verdict: idle,
    check: idleTimesStandOnTheTimer,
  },
  {
    name: 'inner, nobody told the tap of nginx: its headers do, and the timer stays a guess',
    path: { nginx, undeclared: true },
    play: (path) => untilCut(path, async ({ client }) => client.text('hello')),
    verdict: null,
    check: ([verdict]) => {
      expect(verdict?.certainty).not.toBe('certain');
      expect(`${verdict?.witness}${verdict?.remedy}`).toMatch(/behind=/);
    },
  },
  {
    name: 'inner, reset_timedout_connection changes nothing: still a FIN',
    path: { nginx: { ...nginx, extraServer: 'reset_timedout_connection on;' }, tap: `idle=${TIMEOUT_S}s` },
    play: (path) => untilCut(path, async () => undefined),
    timerMs: TIMEOUT_MS,
    verdict: idle,
  },
];

describeWith('nginx', "nginx's idle timeout", () => playScenes([...told, ...scenes]));
