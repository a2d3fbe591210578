import { dialogue, fact, silence } from '../dialogue.ts';
import { outlived, recurs } from '../group-facts.ts';

const hello = ['S hello', silence(400), 'C action user_typing', silence(700), 'S posted'];
const FORWARDED = [['X-Real-IP', '203.0.113.9']] as const;

const IDLE = { rule: 'proxy-idle-timeout', closedBy: 'proxy', cause: 'proxy-idle-timeout' } as const;

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
    'a: a custom timer that nobody declared, of a length that proxies are given',
    { behind: 'nginx' },
    [...hello, silence(75_003), 'C FIN', 'S FIN'],
    { ...IDLE, certainty: 'likely' },
  ),
  dialogue(
    'a: the same, 43 ms late on a busy machine: chance is not excluded',
    { behind: 'nginx' },
    [...hello, silence(75_043), 'C FIN', 'S FIN'],
    { ...IDLE, certainty: 'possible', witness: /nginx/ },
  ),
  dialogue(
    "a: a short timer that nobody declared may be nginx's, or a script's",
    { behind: 'nginx' },
    [...hello, silence(4003), 'C FIN', 'S FIN'],
    { ...IDLE, certainty: 'possible', witness: /nginx/ },
  ),
  dialogue(
    'a: the same, when it was seen before',
    { behind: 'nginx' },
    [...hello, silence(3043), 'C FIN', 'S FIN', recurs('client', 3043, 2)],
    { ...IDLE, certainty: 'likely' },
  ),
  dialogue(
    'a: without a single byte, the timer runs since the 101',
    { behind: 'nginx' },
    [silence(30_001), 'C FIN', 'S FIN'],
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
    "a script's 12 s that recur look like a timer, but another connection was silent for longer and lived",
    { behind: 'nginx' },
    [...hello, silence(12_003), 'C FIN', 'S FIN', recurs('client', 12_003, 3), outlived('client', 12_003, 40_000)],
    { rule: 'client-abort', closedBy: 'client', cause: 'client-abort', certainty: 'possible', witness: /nginx/ },
    'proxy-idle-timeout',
  ),
  dialogue(
    'an odd idle time that recurs, outlived by another connection',
    { behind: 'nginx' },
    [...hello, silence(7433), 'C FIN', 'S FIN', recurs('client', 7433, 5), outlived('client', 7433, 9000)],
    { rule: 'client-abort', closedBy: 'client', cause: 'client-abort', certainty: 'possible' },
    'proxy-idle-timeout',
  ),
  dialogue(
    "nginx's 60 s, when another connection was silent for longer: another location may have another timer",
    { behind: 'nginx' },
    [...hello, silence(60_003), 'C FIN', 'S FIN', outlived('client', 60_003, 90_000)],
    { ...IDLE, certainty: 'possible', witness: /nginx/ },
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
];
