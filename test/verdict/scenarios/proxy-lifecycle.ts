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
