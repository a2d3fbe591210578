import type { EndedTogether, Side } from '../../../src/evidence/fact.ts';
import { dialogue, fact, type Step, silence } from '../dialogue.ts';

const hello = ['S hello', silence(400), 'C action user_typing', silence(700), 'S posted'];
const FORWARDED = [['X-Real-IP', '203.0.113.9']] as const;

export const together = (
  from: Side,
  count: number,
  clients: number | null,
  idleMs: readonly [number, number] = [300, 41_000],
  spreadMs = 12,
): Step =>
  fact((at): EndedTogether => ({ kind: 'together', at, from, count, spreadMs, idleMs, clients, survivors: 0 }));

export const recurs = (from: Side, idleMs: number, times: number): Step =>
  fact((at) => ({ kind: 'idle-recurs', at, from, idleMs, times }));

const IDLE = { rule: 'proxy-idle-timeout', closedBy: 'proxy', cause: 'proxy-idle-timeout' } as const;
const RELOAD = { rule: 'proxy-mass-close', closedBy: 'proxy', cause: 'proxy-reload' } as const;

/** Ends that a proxy made (GROUND-TRUTH §1 a, k, l; §2; §5; §6; §12). */
export const PROXY = [
  // a: idle.
  dialogue(
    'a: 60.003 s of silence behind nginx',
    { behind: 'nginx' },
    [...hello, silence(60_003), 'C FIN', 'S FIN', 'END'],
    {
      ...IDLE,
      certainty: 'likely',
      hop: 'nginx',
      manner: 'fin',
      witness: /upstream timed out/,
      remedy: /proxy_read_timeout 600s/,
      says: /60 s without a byte/,
    },
  ),
  ...[
    [-8, 'punctual'],
    [61, 'late'],
    [-290, 'early, re-armed lazily'],
  ].map(([ms = 0, how]) =>
    dialogue(
      `a: nginx's 60 s, ${how}`,
      { behind: 'nginx' },
      [...hello, silence(60_000 + Number(ms)), 'C FIN', 'S FIN'],
      { ...IDLE, certainty: 'likely' },
    ),
  ),
  dialogue(
    'a: burst, 4 s after the first of two bytes, with the timer declared',
    { behind: 'nginx', idleMs: 4000 },
    ['S hello', silence(1000), 'C data', silence(200), 'C data', silence(3802), 'C FIN', 'S FIN'],
    {
      ...IDLE,
      certainty: 'likely',
      says: /4 s/,
    },
  ),
  dialogue(
    'a: a short timer that nobody declared, told by its whole second',
    { behind: 'nginx' },
    [...hello, silence(4003), 'C FIN', 'S FIN'],
    { ...IDLE, certainty: 'likely' },
  ),
  dialogue(
    'a: without a single byte, the timer runs since the 101',
    { behind: 'nginx' },
    [silence(4001), 'C FIN', 'S FIN'],
    { ...IDLE, certainty: 'likely' },
  ),
  dialogue(
    "a: hangup's own ping armed the timer last",
    { behind: 'nginx' },
    [...hello, silence(30_000), 'H ping C', silence(60_002), 'C FIN'],
    { ...IDLE, certainty: 'likely' },
  ),
  dialogue(
    'a: HAProxy ends an idle tunnel with a reset',
    { behind: 'haproxy', idleMs: 50_000 },
    [...hello, silence(50_047), 'C RST', 'S FIN'],
    {
      ...IDLE,
      certainty: 'likely',
      manner: 'rst',
      hop: 'haproxy',
      witness: /cD or sD/,
      remedy: /timeout tunnel/,
    },
  ),
  dialogue('a: Apache', { behind: 'apache' }, [...hello, silence(60_012), 'C FIN', 'S FIN'], {
    ...IDLE,
    certainty: 'likely',
    witness: /proxy:trace1/,
  }),
  dialogue(
    'a: Caddy re-arms for server bytes alone',
    { behind: 'caddy', idleMs: 4000 },
    ['S hello', silence(3010), 'C data', silence(992), 'C FIN', 'S FIN'],
    { ...IDLE, certainty: 'likely' },
  ),
  dialogue(
    'an odd timer that recurs in separate incidents',
    { behind: 'nginx' },
    [...hello, silence(7433), 'C FIN', 'S FIN', recurs('client', 7433, 3)],
    { ...IDLE, certainty: 'likely' },
  ),
  dialogue(
    'an odd idle time that came twice is no timer yet',
    { behind: 'nginx' },
    [...hello, silence(7433), 'C FIN', 'S FIN', recurs('client', 7433, 2)],
    {
      rule: 'client-abort',
      closedBy: 'client',
      cause: 'client-abort',
      certainty: 'possible',
    },
    'proxy-idle-timeout',
  ),
  dialogue(
    '60 s through a proxy that was not declared',
    { request: FORWARDED },
    [...hello, silence(60_004), 'C FIN', 'S FIN'],
    {
      ...IDLE,
      certainty: 'likely',
      hop: null,
      remedy: /behind=nginx/,
    },
  ),
  dialogue(
    '59.8 s through a proxy that was not declared',
    { request: FORWARDED },
    [...hello, silence(59_800), 'C FIN', 'S FIN'],
    { ...IDLE, certainty: 'possible' },
    'proxy-idle-timeout',
  ),
  dialogue(
    '60 s without any sign of a proxy',
    {},
    [...hello, silence(60_004), 'C FIN', 'S FIN'],
    { ...IDLE, certainty: 'possible', witness: /behind=/ },
    'proxy-idle-timeout',
    'client-abort',
  ),
  dialogue(
    '60 s behind nginx, but with a client ping unanswered',
    { behind: 'nginx' },
    [...hello, 'C ping', silence(60_003), 'C FIN', 'S FIN'],
    { ...IDLE, certainty: 'possible' },
    'proxy-idle-timeout',
    'client-ping-unanswered',
  ),
  dialogue(
    '60 s behind nginx, but as a reset',
    { behind: 'nginx' },
    [...hello, silence(60_003), 'C RST', 'S FIN'],
    { ...IDLE, certainty: 'possible' },
    'proxy-idle-timeout',
  ),
  dialogue(
    '60 s behind nginx, in streams that could not be followed',
    { behind: 'nginx' },
    [
      ...hello,
      fact((at) => ({ kind: 'not-websocket', at, from: 'client', byte: 9, faults: ['x'] })),
      silence(60_003),
      'C FIN',
    ],
    { ...IDLE, certainty: 'possible' },
    'proxy-idle-timeout',
  ),
  dialogue(
    '58.9 s behind nginx is nobody’s timer',
    { behind: 'nginx' },
    [...hello, silence(58_905), 'C FIN', 'S FIN'],
    {
      rule: 'client-abort',
      closedBy: 'client',
      cause: 'client-abort',
      certainty: 'possible',
    },
    'proxy-idle-timeout',
  ),
  dialogue(
    'edge: nginx before the server, after its 60 s',
    { before: 'nginx' },
    [...hello, silence(60_002), 'S FIN notify', 'C FIN'],
    { ...IDLE, certainty: 'likely', hop: 'nginx' },
    'server-abort',
  ),
  dialogue(
    'edge: 60 s, but TLS was cut as by a stop',
    { before: 'nginx' },
    [...hello, silence(60_002), 'S FIN cut', 'C FIN'],
    {
      rule: 'proxy-cut-tls',
      closedBy: 'proxy',
      cause: 'proxy-reload',
      certainty: 'likely',
    },
    'proxy-idle-timeout',
  ),

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

  // Caddy's own Close frames.
  dialogue(
    'Caddy reloads: an unmasked 1001 towards the server',
    { behind: 'caddy' },
    [...hello, 'C CLOSE 1001 unmasked', 'C FIN', 'S CLOSE 1002', 'S FIN'],
    {
      rule: 'injected-towards-server',
      closedBy: 'proxy',
      cause: 'proxy-injected-close',
      certainty: 'certain',
      hop: 'caddy',
      remedy: /stream_close_delay/,
    },
    'client-close-frame',
    'server-protocol-error',
  ),
  dialogue(
    'an unmasked Close from a proxy that is not known to do that',
    { behind: 'nginx' },
    [...hello, 'C CLOSE 1001 unmasked', 'S CLOSE 1002'],
    {
      rule: 'injected-towards-server',
      closedBy: 'proxy',
      cause: 'proxy-injected-close',
      certainty: 'likely',
      witness: /nginx/,
    },
    'injected-towards-server',
    'client-close-frame',
  ),
  dialogue(
    'a client that never masks sends its own unmasked Close',
    { behind: 'caddy' },
    ['S hello', 'C data unmasked', silence(10), 'C CLOSE 1001 unmasked', 'S CLOSE 1002'],
    {
      rule: 'injected-towards-server',
      closedBy: 'client',
      cause: 'client-close',
      certainty: 'possible',
    },
    'injected-towards-server',
  ),
  dialogue(
    'edge: Caddy before the server writes 1001',
    { before: 'caddy', url: '/ws' },
    ['S data', silence(10), 'S CLOSE 1001', 'C CLOSE 1001', together('server', 9, 3)],
    {
      rule: 'injected-towards-client',
      closedBy: 'proxy',
      cause: 'proxy-injected-close',
      certainty: 'likely',
      hop: 'caddy',
    },
  ),
  dialogue(
    'edge: one 1001 through Caddy may be the server’s',
    { before: 'caddy', url: '/ws' },
    ['S data', silence(10), 'S CLOSE 1001', 'C CLOSE 1001'],
    {
      rule: 'injected-towards-client',
      closedBy: 'proxy',
      cause: 'proxy-injected-close',
      certainty: 'possible',
      witness: /Caddy/,
    },
    'injected-towards-client',
    'server-close-frame',
  ),
  ...[1000, 1001, 1008, 1011, 1012].map((code) =>
    dialogue(
      `Mattermost never originates ${code}`,
      {},
      [...hello, `S CLOSE ${code}`, `C CLOSE ${code}`],
      {
        rule: 'injected-towards-client',
        closedBy: 'proxy',
        cause: 'proxy-injected-close',
        certainty: 'likely',
      },
      'server-close-frame',
    ),
  ),
  dialogue(
    '1011 from what is only by its URL Mattermost',
    {},
    ['S data', silence(50), 'S CLOSE 1011', 'C CLOSE 1011'],
    {
      rule: 'server-close-frame',
      closedBy: 'server',
      cause: 'server-close',
      certainty: 'likely',
    },
    'injected-towards-client',
    'server-close-frame',
  ),

  // l: slow peers.
  dialogue(
    'l: nginx resets after send_timeout, the client not reading',
    { behind: 'nginx' },
    [...hello, 'S pause', silence(3680), 'C RST', 'S FIN'],
    {
      rule: 'proxy-slow-client',
      closedBy: 'proxy',
      cause: 'proxy-slow-client',
      certainty: 'likely',
      remedy: /send_timeout/,
      witness: /client timed out/,
    },
  ),
  dialogue(
    'l: HAProxy and others end a slow client with a FIN',
    { behind: 'haproxy' },
    [...hello, 'S pause', silence(4170), 'C FIN'],
    {
      rule: 'proxy-slow-client',
      closedBy: 'proxy',
      cause: 'proxy-slow-client',
      certainty: 'possible',
      witness: /HAProxy/,
    },
    'proxy-slow-client',
    'proxy-idle-timeout',
  ),
  dialogue(
    'a reset behind nginx after a hiccup of 200 ms',
    { behind: 'nginx' },
    [...hello, 'S pause', silence(200), 'C RST', 'S FIN'],
    {
      rule: 'client-reset',
      closedBy: 'client',
      cause: 'client-abort',
      certainty: 'possible',
    },
    'proxy-slow-client',
  ),
  dialogue(
    'l: edge, the server behind nginx does not read',
    { before: 'nginx' },
    [...hello, 'C pause', silence(4880), 'S FIN'],
    {
      rule: 'proxy-closed',
      closedBy: 'proxy',
      cause: 'proxy-closed',
      certainty: 'possible',
      remedy: /proxy_send_timeout/,
      witness: /nginx/,
    },
    'server-abort',
  ),
  dialogue(
    'the client says it was cut off (1006), at a random idle time',
    { behind: 'nginx' },
    [...hello, silence(12_345), 'C FIN', 'S FIN', fact((at) => ({ kind: 'next-url', at, code: '1006' }))],
    {
      rule: 'proxy-closed',
      closedBy: 'proxy',
      cause: 'proxy-closed',
      certainty: 'possible',
      witness: /nginx/,
    },
    'client-abort',
  ),
  dialogue(
    'edge: nginx ends while everything flows',
    { before: 'nginx' },
    [...hello, 'C pause', silence(100), 'C resume', silence(20), 'S FIN'],
    {
      rule: 'server-abort',
      closedBy: 'server',
      cause: 'server-abort',
      certainty: 'possible',
    },
    'proxy-closed',
  ),
];
