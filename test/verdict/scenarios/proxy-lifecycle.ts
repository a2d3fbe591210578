import { dialogue, fact, silence } from '../dialogue.ts';
import { together } from '../group-facts.ts';

const hello = ['S hello', silence(400), 'C action user_typing', silence(700), 'S posted'];

const IDLE = { rule: 'proxy-idle-timeout', closedBy: 'proxy', cause: 'proxy-idle-timeout' } as const;
const RELOAD = { rule: 'proxy-mass-close', closedBy: 'proxy', cause: 'proxy-reload' } as const;

/** Ends by a proxy that was reloaded, stopped or killed, or limits a connection's age (GROUND-TRUTH §1 k; §5; §12). */
export const PROXY_LIFECYCLE = [
  // Lifetime.
  dialogue(
    'GCP ends every connection after 30 s, busy or not',
    { behind: 'gcp-lb' },
    ['S hello', silence(29_500), 'S posted', silence(520), 'C FIN'],
    {
      rule: 'proxy-lifetime-limit',
      closedBy: 'proxy',
      cause: 'proxy-closed',
      certainty: 'likely',
      says: /30 s old/,
    },
  ),
  dialogue(
    '30 s old behind nginx, which has no such limit',
    { behind: 'nginx' },
    ['S hello', silence(29_500), 'S posted', silence(520), 'C FIN'],
    {
      rule: 'client-abort',
      closedBy: 'client',
      cause: 'client-abort',
      certainty: 'possible',
    },
    'proxy-lifetime-limit',
  ),

  // k: reload, stop, crash.
  dialogue(
    'k: reload with clients at different addresses',
    { behind: 'nginx' },
    [...hello, silence(9111), 'C FIN', 'S FIN', together('client', 12, 5)],
    {
      ...RELOAD,
      certainty: 'likely',
      hop: 'nginx',
      witness: /error_log at notice/,
      remedy: /worker_shutdown_timeout/,
      says: /reloaded, stopped or crashed/,
    },
  ),
  dialogue(
    'k: kill -9 of a worker under traffic resets',
    { behind: 'nginx' },
    [...hello, 'C RST', 'S FIN', together('client', 11, 5)],
    { ...RELOAD, certainty: 'likely' },
    'client-reset',
  ),
  dialogue(
    'k: all had one address: one client process dying looks the same',
    { behind: 'nginx' },
    [...hello, silence(9111), 'C FIN', 'S FIN', together('client', 12, 1)],
    { ...RELOAD, certainty: 'possible', witness: /notice/ },
    'proxy-mass-close',
  ),
  dialogue(
    'k: no addresses were reported',
    { behind: 'nginx' },
    [...hello, silence(9111), 'C FIN', 'S FIN', together('client', 12, null)],
    { ...RELOAD, certainty: 'possible' },
    'proxy-mass-close',
  ),
  dialogue(
    'two ends 200 ms apart may be chance',
    { behind: 'nginx' },
    [...hello, silence(9111), 'C FIN', 'S FIN', together('client', 2, 2, [300, 9000], 200)],
    { ...RELOAD, certainty: 'possible' },
    'proxy-mass-close',
  ),
  dialogue(
    'together at equal idle times on the timer is the timer',
    { behind: 'nginx' },
    [...hello, silence(60_003), 'C FIN', 'S FIN', together('client', 12, 5, [60_001, 60_020])],
    { ...IDLE, certainty: 'likely' },
    'proxy-mass-close',
  ),
  dialogue(
    'together at different idle times, this one on the timer by chance',
    { behind: 'nginx' },
    [...hello, silence(60_003), 'C FIN', 'S FIN', together('client', 12, 5)],
    { ...RELOAD, certainty: 'likely' },
    'proxy-idle-timeout',
  ),
  dialogue(
    'together after the same broadcast, at no timer',
    { behind: 'nginx' },
    [...hello, silence(9411), 'C FIN', 'S FIN', together('client', 12, 5, [9405, 9418])],
    { ...RELOAD, certainty: 'likely' },
    'proxy-idle-timeout',
  ),
  dialogue(
    'together at equal whole seconds: reload or an unknown timer',
    { behind: 'nginx' },
    [...hello, silence(9003), 'C FIN', 'S FIN', together('client', 12, 1, [9001, 9008])],
    { ...RELOAD, certainty: 'possible' },
    'proxy-idle-timeout',
    'proxy-mass-close',
  ),
  dialogue(
    'many clients, all silent for 30 s: they came back together, and a timer nobody declared ended them together',
    { behind: 'nginx' },
    [...hello, silence(30_003), 'C FIN', 'S FIN', together('client', 12, 5, [30_001, 30_020])],
    { ...IDLE, certainty: 'possible', shows: /a reload or a stop looks like that/ },
    'proxy-mass-close',
  ),
  dialogue(
    'many clients, all silent for 9 s, which is no usual timer: a reload, or a timer',
    { behind: 'nginx' },
    [...hello, silence(9003), 'C FIN', 'S FIN', together('client', 12, 5, [9001, 9008])],
    { ...RELOAD, certainty: 'possible', shows: /so ends an idle timer/ },
    'proxy-mass-close',
  ),
  dialogue(
    'one of three on the timer: three are too few for chance',
    { behind: 'nginx' },
    [...hello, silence(60_003), 'C FIN', 'S FIN', together('client', 3, 3)],
    { ...IDLE, certainty: 'possible', shows: /a reload or a stop looks like that/ },
    'proxy-mass-close',
  ),
  dialogue(
    'on the timer with some, while as many others ended that were not',
    { behind: 'nginx' },
    [...hello, silence(60_003), 'C FIN', 'S FIN', together('client', 4, 4, [60_001, 60_020], 12, 5)],
    { ...IDLE, certainty: 'possible', shows: /5 other connections that had not been silent for as long/ },
    'proxy-mass-close',
  ),
  dialogue(
    'on the timer with many, while one other ended',
    { behind: 'nginx' },
    [...hello, silence(60_003), 'C FIN', 'S FIN', together('client', 12, 5, [60_001, 60_020], 12, 1)],
    { ...IDLE, certainty: 'likely' },
    'proxy-mass-close',
  ),
  dialogue(
    'a reload while as many others ran into their timer',
    { behind: 'nginx' },
    [...hello, silence(9111), 'C FIN', 'S FIN', together('client', 6, 5, [300, 41_000], 12, 6)],
    { ...RELOAD, certainty: 'likely', shows: /6 more connections ended then after the silence that a timer allows/ },
  ),

  // The server's ping and the timer at the same length: Mattermost's 60 s and nginx's.
  dialogue(
    'a ping of the server crossed with the timer',
    { behind: 'nginx' },
    [...hello, silence(60_001), 'S ping', silence(4), 'C FIN', 'S FIN'],
    { ...IDLE, certainty: 'possible', hop: 'nginx', witness: /info/, shows: /may have crossed/ },
    'proxy-idle-timeout',
  ),
  dialogue(
    'pings of many connections crossed with the timer',
    { behind: 'nginx' },
    [...hello, silence(60_001), 'S ping', silence(4), 'C FIN', 'S FIN', together('client', 12, 5, [60_001, 60_020])],
    { ...IDLE, certainty: 'possible', shows: /may have crossed/ },
    'proxy-mass-close',
    'proxy-idle-timeout',
  ),
  dialogue(
    'pings of many crossed with a timer that nobody declared',
    { behind: 'nginx' },
    [...hello, silence(30_001), 'S ping', silence(4), 'C FIN', 'S FIN', together('client', 12, 5, [30_001, 30_020])],
    { ...IDLE, certainty: 'possible' },
    'proxy-mass-close',
    'proxy-idle-timeout',
  ),
  dialogue(
    'one client that leaves on reading a ping after a silence of no timer',
    { behind: 'nginx' },
    [...hello, silence(47_300), 'S ping', silence(4), 'C FIN', 'S FIN'],
    { rule: 'client-abort', closedBy: 'client', cause: 'client-abort', certainty: 'possible' },
    'proxy-idle-timeout',
  ),
  dialogue(
    'one client that answers the ping and leaves: the timer was armed again',
    { behind: 'nginx' },
    [...hello, silence(60_001), 'S ping', silence(2), 'C pong', silence(3), 'C FIN', 'S FIN'],
    { rule: 'client-abort', closedBy: 'client', cause: 'client-abort', certainty: 'possible' },
    'proxy-idle-timeout',
  ),
  dialogue(
    'one client that leaves 80 ms after a ping: nginx had long read it',
    { behind: 'nginx' },
    [...hello, silence(60_001), 'S ping', silence(80), 'C FIN', 'S FIN'],
    { rule: 'client-abort', closedBy: 'client', cause: 'client-abort', certainty: 'possible' },
    'proxy-idle-timeout',
  ),
  dialogue(
    'one client behind a timer that nobody declared: pings come after whole seconds anyway',
    { behind: 'nginx' },
    [...hello, silence(30_001), 'S ping', silence(4), 'C FIN', 'S FIN'],
    { rule: 'client-abort', closedBy: 'client', cause: 'client-abort', certainty: 'possible' },
    'proxy-idle-timeout',
  ),
  dialogue(
    'many direct clients at once are many clients, not a proxy',
    {},
    [...hello, 'C FIN', 'S FIN', together('client', 3, 1)],
    {
      rule: 'client-abort',
      closedBy: 'client',
      cause: 'client-abort',
      certainty: 'likely',
    },
    'proxy-mass-close',
  ),
  dialogue(
    'edge: several at once through nginx: its reload, or the server behind it',
    { before: 'nginx' },
    [...hello, silence(9111), 'S FIN', 'C FIN', together('server', 12, 5)],
    { ...RELOAD, certainty: 'possible' },
    'server-shutdown',
    'proxy-mass-close',
  ),
  dialogue(
    'edge: several at once, and nginx refuses new ones',
    { before: 'nginx' },
    [
      ...hello,
      silence(9111),
      'S FIN',
      'C FIN',
      together('server', 12, 5),
      fact((at) => ({ kind: 'target-refused', at, code: 'ECONNREFUSED' })),
    ],
    {
      rule: 'proxy-mass-close',
      closedBy: 'proxy',
      cause: 'proxy-stop',
      certainty: 'likely',
    },
  ),
  dialogue(
    'edge: several at once without close_notify is nginx itself',
    { before: 'nginx' },
    [...hello, silence(9111), 'S FIN cut', 'C FIN', together('server', 12, 5)],
    { ...RELOAD, certainty: 'likely' },
  ),
  dialogue(
    'edge: one alone without close_notify',
    { before: 'nginx' },
    [...hello, silence(9111), 'S FIN cut', 'C FIN'],
    { rule: 'proxy-cut-tls', closedBy: 'proxy', cause: 'proxy-reload', certainty: 'likely' },
  ),
  dialogue(
    'edge: one alone with close_notify was passed on',
    { before: 'nginx' },
    [...hello, silence(9111), 'S FIN notify', 'C FIN'],
    {
      rule: 'server-abort',
      closedBy: 'server',
      cause: 'server-abort',
      certainty: 'possible',
      witness: /nginx/,
    },
    'proxy-cut-tls',
    'server-abort',
  ),
];
