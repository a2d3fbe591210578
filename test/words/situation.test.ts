import { describe, expect, it } from 'vitest';
import type { Cause, Certainty, Party } from '../../src/verdict/verdict.ts';
import { type EndedAlike, type SituationFacts, situation } from '../../src/words/situation.ts';

const NOW = Date.UTC(2026, 4, 12, 12, 0, 0);
const HOUR_MS = 3_600_000;
const INFO = "nginx's error_log at info";
const SECOND_TAP = 'a second tap in front of nginx';

type Kind = [count: number, closedBy: Party, hop: string | null, cause: Cause, certainty: Certainty];

const ended = ([count, closedBy, hop, cause, certainty]: Kind, more: Partial<EndedAlike> = {}): EndedAlike => ({
  ...{ count, closedBy, hop, cause, certainty, idleMs: null },
  ...more,
});

const idle = (count: number, certainty: Certainty, more: Partial<EndedAlike> = {}): EndedAlike =>
  ended([count, 'proxy', 'nginx', 'proxy-idle-timeout', certainty], { idleMs: [59_980, 60_040], ...more });
const gone = (count: number): EndedAlike => ended([count, 'client', 'client', 'client-going-away', 'certain']);
const maybeClosed = (count: number): EndedAlike => ended([count, 'client', 'client', 'client-close', 'possible']);
const reload = (count: number): EndedAlike => ended([count, 'proxy', 'nginx', 'proxy-reload', 'likely']);
const noPong = (count: number): EndedAlike => ended([count, 'server', 'mattermost', 'server-pong-timeout', 'likely']);
const silent = (count: number): EndedAlike => ended([count, 'network', null, 'peer-silent', 'certain']);
const shutDown = (count: number): EndedAlike => ended([count, 'gateway', 'hangup', 'gateway-shutdown', 'certain']);
const abort = (count: number, more: Partial<EndedAlike> = {}): EndedAlike =>
  ended([count, 'client', 'client', 'client-abort', 'possible'], more);
const origin = (count: number): EndedAlike =>
  ended([count, 'server', 'mattermost', 'upgrade-refused', 'certain'], { refusal: 'origin' });
const stripped = (count: number): EndedAlike =>
  ended([count, 'proxy', 'nginx', 'upgrade-refused', 'likely'], { refusal: 'missing-upgrade' });

const of = (groups: readonly EndedAlike[], changes: Partial<SituationFacts> = {}): SituationFacts => ({
  groups,
  open: 0,
  now: NOW,
  since: NOW - 24 * HOUR_MS,
  until: null,
  keepaliveMs: { client: null, server: null },
  naturalGaps: 0,
  ...changes,
});

describe('the situation is said in one sentence', () => {
  it.each<[string, SituationFacts, string]>([
    ['nothing recorded yet', of([], { since: null }), 'No connection has been recorded yet.'],
    ['nothing lately', of([]), 'In the last 24 h nothing has closed, and nothing is open.'],
    ['nothing closed', of([], { open: 1 }), 'In the last 24 h nothing has closed; 1 connection is open.'],
    [
      'a filter finds nothing',
      of([], { open: 23, narrowed: true, since: null }),
      'So far no such connection has closed; 23 connections are open.',
    ],
    [
      'all fine',
      of([gone(50)]),
      'In the last 24 h all 50 connections that closed were closed by their clients: nobody hung up on a client.',
    ],
    [
      'one that is fine',
      of([gone(1)]),
      'In the last 24 h the one connection that closed was closed by its client: nobody hung up on a client.',
    ],
    [
      'fine as far as one knows',
      of([gone(50), maybeClosed(8)]),
      'In the last 24 h all 58 connections that closed were closed by their clients, as far as can be told (50 certain, 8 only possible).',
    ],
    [
      'one party',
      of([idle(38, 'likely'), reload(3), gone(17)]),
      'In the last 24 h nginx closed 41 of 58 connections, 38 of them after 60.0 s of silence (likely).',
    ],
    [
      'one party, one cause',
      of([noPong(14), gone(4)], { since: NOW - 15 * 60_000 }),
      'In the last 15 min Mattermost closed 14 of 18 connections because its ping had no pong in time (likely).',
    ],
    [
      'one connection',
      of([idle(1, 'likely')], { since: NOW - HOUR_MS }),
      'In the last hour nginx closed the one connection that ended after 60.0 s of silence (likely).',
    ],
    [
      'silences of more than one timer',
      of([idle(3, 'likely', { idleMs: [30_000, 60_020] })]),
      'In the last 24 h nginx closed 3 of 3 connections after 30.0 s to 60.0 s of silence (likely).',
    ],
    [
      'what is only possible is not counted as known',
      of([idle(30, 'likely'), idle(8, 'possible'), gone(10)]),
      'In the last 24 h nginx closed 30 of 48 connections after 60.0 s of silence (likely), and possibly 8 more.',
    ],
    [
      'among those of a filter',
      of([idle(30, 'likely')], { narrowed: true }),
      'In the last 24 h nginx closed 30 of 30 such connections after 60.0 s of silence (likely).',
    ],
    [
      'the network loses',
      of([silent(5)], { since: null }),
      'So far the network lost 5 of 5 connections because a peer stopped answering (certain).',
    ],
    [
      'hangup itself',
      of([shutDown(10), gone(30)], { since: NOW - 7 * 24 * HOUR_MS }),
      'In the last 7 days hangup itself closed 10 of 40 connections as it was shut down (certain).',
    ],
    [
      'mixed',
      of([idle(15, 'likely'), noPong(14), silent(12), abort(2), gone(17)]),
      'In the last 24 h 43 of 60 connections ended without a Close from the client: 15 by nginx (idle timeout at 60.0 s), ' +
        '14 by Mattermost (pong timeout), 12 by the network (silent peer), 2 unsure (12 certain, 29 likely, 2 only possible).',
    ],
    [
      'mostly unsure',
      of([idle(30, 'possible'), abort(8), noPong(3), gone(17)]),
      'In the last 24 h 41 of 58 connections ended without a Close from the client, and of 38 it is not sure who ended them: ' +
        'possibly nginx (30), clients (8).',
    ],
    [
      'one that is unsure',
      of([abort(1)]),
      'In the last 24 h 1 connection ended without a Close from the client, and it is not sure who ended it: possibly the client.',
    ],
    [
      'nothing known at all',
      of([ended([3, 'unknown', null, 'unknown', 'possible'])]),
      'In the last 24 h 3 connections ended without a Close from the client, and it is not sure who ended them.',
    ],
    [
      'refused upgrades',
      of([origin(10), stripped(2), gone(3)]),
      'In the last 24 h 12 upgrades were refused, 10 of them because of their Origin (10 certain, 2 likely); ' +
        '3 connections closed, all by their clients.',
    ],
    [
      'one refused upgrade',
      of([stripped(1)]),
      'In the last 24 h 1 upgrade was refused because the Upgrade header was lost on the way (likely); nothing else closed.',
    ],
    [
      'a few refused upgrades besides',
      of([noPong(14), origin(2)]),
      'In the last 24 h Mattermost closed 14 of 14 connections because its ping had no pong in time (likely); 2 upgrades came to nothing.',
    ],
  ])('%s', (_, facts, says) => {
    expect(situation(facts).says).toBe(says);
  });

  it('a period that has ended is named by its ends', () => {
    const { says } = situation(of([gone(2)], { since: NOW - 2 * HOUR_MS, until: NOW - HOUR_MS }));
    expect(says).toMatch(/^From \d\d:00:00 to \d\d:00:00 all 2 connections/);
    expect(situation(of([gone(2)], { since: null, until: NOW - HOUR_MS })).says).toMatch(/^Before \d\d:00:00 all 2/);
  });

  it('a hop cannot write markup of a terminal into it', () => {
    const { says } = situation(of([ended([2, 'proxy', 'ng\u202einx\n', 'proxy-closed', 'likely'])]));
    expect(says).toContain('ng\\u{202e}inx\\n closed 2 of 2 connections');
  });
});

describe('the advice', () => {
  it.each<[string, SituationFacts, string | null]>([
    [
      'nothing recorded yet: where to begin',
      of([], { since: null }),
      'Point clients, or the proxy before this tap, at it',
    ],
    ['all fine: none', of([gone(50)]), null],
    [
      "nginx's default timer: its name, its setting, and keepalive",
      of([idle(38, 'likely')]),
      'That is nginx’s default proxy_read_timeout: raise proxy_read_timeout, or let hangup’s pings keep connections from it (--keepalive 30s).',
    ],
    [
      'the same while pings are on',
      of([idle(38, 'likely')], { keepaliveMs: { client: 30_000, server: 30_000 } }),
      'That is nginx’s default proxy_read_timeout: raise proxy_read_timeout before you take hangup out; hangup’s pings, which are on now, keep connections from it.',
    ],
    [
      'pings that are too slow for it do not count',
      of([idle(38, 'likely')], { keepaliveMs: { client: 90_000, server: 30_000 } }),
      'or let hangup’s pings keep connections from it (--keepalive 30s)',
    ],
    [
      'a timer that cannot be raised',
      of([ended([4, 'proxy', 'cloudflare', 'proxy-idle-timeout', 'likely'], { idleMs: [100_010, 100_020] })]),
      'That is Cloudflare: let hangup’s pings keep connections from it (--keepalive 30s).',
    ],
    [
      'a timer of unknown origin',
      of([ended([4, 'proxy', 'haproxy', 'proxy-idle-timeout', 'likely'], { idleMs: [45_000, 45_020] })]),
      'That is an idle timer of the proxy: raise its idle timeout for WebSockets',
    ],
    ['refused for their Origin', of([origin(10)]), 'Mattermost compares it with SiteURL'],
    [
      'mostly unsure: the witness that settles most',
      of([idle(30, 'possible', { witness: INFO }), abort(8, { witness: SECOND_TAP })]),
      `What would settle most of them: ${INFO}.`,
    ],
    ['one unsure: its witness', of([abort(1, { witness: SECOND_TAP })]), `What would settle it: ${SECOND_TAP}.`],
    ['unsure, and nobody to ask: none', of([abort(5)]), null],
    [
      'what hangup’s pings have been good for',
      of([gone(50)], { open: 3, naturalGaps: 12 }),
      'hangup’s pings have bridged 12 silences of 60 s and more on the open connections',
    ],
    ['hangup was shut down: none', of([shutDown(4)]), null],
  ])('%s', (_, facts, advice) => {
    const given = situation(facts).advice;
    if (advice === null) expect(given).toBeNull();
    else expect(given).toContain(advice);
  });
});

it('nobody is accused of more ends than the verdicts are at least likely of', () => {
  for (const certainty of ['certain', 'likely', 'possible'] as const) {
    const { says } = situation(of([idle(10, certainty), maybeClosed(1)]));
    expect(/nginx closed 10 of 11/.test(says)).toBe(certainty !== 'possible');
  }
});
