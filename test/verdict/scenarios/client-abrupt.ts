import { dialogue, fact, silence } from '../dialogue.ts';

const hello = ['S hello', silence(400), 'C action user_typing', silence(700)];
const FORWARDED = [['X-Forwarded-For', '203.0.113.9']] as const;

/** Ends by the client without a Close frame, or explained later (GROUND-TRUTH §1 c–e; FIELD-NOTES §1). */
export const CLIENT_ABRUPT = [
  // The next URL tells of the previous end.
  dialogue(
    'the next URL says that a ping timed out',
    { behind: 'nginx' },
    [
      ...hello,
      'C action ping',
      silence(30_000),
      'C CLOSE',
      'S CLOSE',
      'S FIN',
      'C FIN',
      silence(3000),
      fact((at) => ({ kind: 'next-url', at, code: '4000' })),
    ],
    { rule: 'client-told-ping-timeout', closedBy: 'client', cause: 'client-ping-timeout', certainty: 'certain' },
  ),
  dialogue(
    'the next URL says so of an end without a Close frame',
    { behind: 'nginx' },
    [
      ...hello,
      silence(41_231),
      'C FIN',
      'S FIN',
      silence(3000),
      fact((at) => ({ kind: 'next-url', at, code: '4000' })),
    ],
    {
      rule: 'client-told-ping-timeout',
      closedBy: 'client',
      cause: 'client-ping-timeout',
      certainty: 'likely',
      witness: /client/,
    },
    'client-told-ping-timeout',
  ),
  dialogue(
    '4000 does not explain an end that the server made',
    {},
    [...hello, 'S FIN', 'C FIN', silence(3000), fact((at) => ({ kind: 'next-url', at, code: '4000' }))],
    { rule: 'server-abort', closedBy: 'server', cause: 'server-abort', certainty: 'likely' },
    'client-told-ping-timeout',
  ),
  dialogue(
    '4001 is a close of the client for a missed event',
    {},
    [...hello, 'C CLOSE', 'S CLOSE', fact((at) => ({ kind: 'next-url', at, code: '4001' }))],
    { rule: 'client-close-frame', closedBy: 'client', cause: 'client-close', certainty: 'certain' },
    'client-told-ping-timeout',
  ),

  // Own pings of the client.
  dialogue(
    'OpenClaw: terminate() 10 s after its ping, without a proxy',
    {},
    [...hello, 'C ping', silence(10_003), 'C FIN', 'S FIN'],
    {
      rule: 'client-ping-unanswered',
      closedBy: 'client',
      cause: 'client-ping-timeout',
      certainty: 'likely',
      witness: /client/,
    },
  ),
  dialogue(
    'OpenClaw behind nginx: 10.003 s could be a timer of nginx as well',
    { behind: 'nginx' },
    [...hello, 'C ping', silence(10_003), 'C FIN', 'S FIN'],
    {
      rule: 'client-ping-unanswered',
      closedBy: 'client',
      cause: 'client-ping-timeout',
      certainty: 'possible',
      witness: /upstream timed out/,
    },
    'proxy-idle-timeout',
    'client-ping-unanswered',
  ),
  dialogue(
    'a client ping in flight when the client is killed',
    { behind: 'nginx' },
    [...hello, 'C ping', silence(3), 'C FIN', 'S FIN'],
    {
      rule: 'client-abort',
      closedBy: 'client',
      cause: 'client-abort',
      certainty: 'possible',
    },
    'client-ping-unanswered',
  ),

  // c, e1: FIN without Close.
  dialogue(
    'c: FIN without a Close frame, no proxy',
    {},
    [...hello, silence(1234), 'C FIN', silence(1), 'S FIN', 'END'],
    {
      rule: 'client-abort',
      closedBy: 'client',
      cause: 'client-abort',
      certainty: 'likely',
      manner: 'fin',
      witness: /client's own log/,
    },
  ),
  dialogue(
    'c: FIN at a random idle time behind nginx',
    { behind: 'nginx' },
    [...hello, silence(12_600), 'C FIN', 'S FIN'],
    {
      rule: 'client-abort',
      closedBy: 'client',
      cause: 'client-abort',
      certainty: 'possible',
      witness: /second tap in front of nginx.*error_log at info/,
    },
    'proxy-idle-timeout',
    'client-abort',
  ),
  dialogue(
    'FIN through a proxy that was not declared',
    { request: FORWARDED },
    [...hello, silence(12_600), 'C FIN', 'S FIN'],
    {
      rule: 'client-abort',
      closedBy: 'client',
      cause: 'client-abort',
      certainty: 'possible',
      remedy: /behind=nginx/,
    },
    'client-abort',
  ),
  dialogue(
    'the client leaves 3 s after opening, not 3 s after the last byte',
    { behind: 'apache' },
    [silence(8), 'S hello', silence(2993), 'C FIN', 'S FIN'],
    {
      rule: 'proxy-idle-timeout',
      closedBy: 'proxy',
      cause: 'proxy-idle-timeout',
      certainty: 'possible',
      witness: /Apache/,
    },
    'proxy-idle-timeout',
  ),
  dialogue(
    'the same behind nginx, with a byte that armed its timer again',
    { behind: 'nginx' },
    [silence(400), 'S hello', silence(2601), 'C FIN', 'S FIN'],
    { rule: 'client-abort', closedBy: 'client', cause: 'client-abort', certainty: 'possible', witness: /nginx/ },
    'proxy-idle-timeout',
  ),
  dialogue(
    'a whole second through a proxy that was not declared is a guess',
    { request: FORWARDED },
    [...hello, silence(6302), 'C FIN', 'S FIN'],
    {
      rule: 'proxy-idle-timeout',
      closedBy: 'proxy',
      cause: 'proxy-idle-timeout',
      certainty: 'possible',
      witness: /behind=/,
    },
    'proxy-idle-timeout',
  ),
  dialogue('a client killed in the middle of a frame', {}, [...hello, 'C FIN inside'], {
    rule: 'client-abort',
    closedBy: 'client',
    cause: 'client-abort',
    certainty: 'likely',
  }),

  // d, e2: RST.
  dialogue(
    'd: a reset without a proxy',
    {},
    [...hello, 'C RST', 'S FIN'],
    {
      rule: 'client-reset',
      closedBy: 'client',
      cause: 'client-reset',
      certainty: 'likely',
      manner: 'rst',
    },
    'path-state-lost',
  ),
  dialogue(
    'd: HAProxy passes a reset on while the connection is busy',
    { behind: 'haproxy' },
    [...hello, silence(300), 'C RST', 'S FIN'],
    {
      rule: 'client-reset',
      closedBy: 'client',
      cause: 'client-reset',
      certainty: 'likely',
      witness: /CD is the client/,
    },
  ),
  dialogue(
    "d: a reset through HAProxy at a random idle time may be its timer's",
    { behind: 'haproxy' },
    [...hello, silence(12_600), 'C RST', 'S FIN'],
    {
      rule: 'client-reset',
      closedBy: 'client',
      cause: 'client-reset',
      certainty: 'possible',
      witness: /cD or sD its timeout/,
    },
    'client-reset',
    'proxy-idle-timeout',
  ),
  dialogue(
    'e3: nginx makes a reset of what was unread, so RST proves nothing',
    { behind: 'nginx' },
    [...hello, 'C RST', 'S FIN'],
    {
      rule: 'client-reset',
      closedBy: 'client',
      cause: 'client-abort',
      certainty: 'possible',
      witness: /nginx/,
    },
    'client-reset',
    'path-state-lost',
  ),

  // The handshake.
  dialogue('the client leaves before the upgrade is answered', { status: 0 }, [silence(700), 'C FIN', 'END'], {
    rule: 'handshake-abandoned',
    closedBy: 'client',
    cause: 'client-abort',
    certainty: 'likely',
  }),
  dialogue(
    'nginx leaves before the upgrade is answered: for whom?',
    { status: 0, behind: 'nginx' },
    [silence(60_000), 'C FIN', 'END'],
    {
      rule: 'handshake-abandoned',
      closedBy: 'client',
      cause: 'client-abort',
      certainty: 'possible',
      witness: /nginx/,
    },
    'handshake-abandoned',
  ),

  // TLS.
  dialogue('TLS breaks on the client leg', {}, [...hello, 'C TLS ERR_SSL_BAD_RECORD'], {
    rule: 'tls-broken',
    closedBy: 'client',
    cause: 'client-abort',
    certainty: 'possible',
    witness: /capture/,
  }),
  dialogue(
    'TLS ends without close_notify: an ordinary FIN of a killed client',
    {},
    [...hello, 'C FIN cut'],
    {
      rule: 'client-abort',
      closedBy: 'client',
      cause: 'client-abort',
      certainty: 'likely',
    },
    'tls-broken',
  ),
];
