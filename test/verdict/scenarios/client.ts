import { dialogue, fact, silence } from '../dialogue.ts';

const hello = ['S hello', silence(400), 'C action user_typing', silence(700)];
const FORWARDED = [['X-Forwarded-For', '203.0.113.9']] as const;

/** Ends that the client made (GROUND-TRUTH §1 b–e, §3; FIELD-NOTES §1 "Clients"). */
export const CLIENT = [
  // b1/b2: Close handshake.
  dialogue(
    'b1: the client closes with 1000, without a proxy',
    {},
    [...hello, 'C CLOSE 1000', silence(2), 'S CLOSE 1000', 'S FIN', 'C FIN', 'END'],
    {
      rule: 'client-close-frame',
      closedBy: 'client',
      cause: 'client-close',
      certainty: 'certain',
      hop: 'client',
      manner: 'close-frame',
      says: /Close frame with code 1000/,
    },
  ),
  ...['nginx', 'haproxy', 'apache', 'caddy', 'ingress-nginx', 'docker'].map((behind) =>
    dialogue(
      `b1: the client closes with 1000, behind ${behind}, whatever was idle before`,
      { behind },
      [...hello, silence(58_900), 'C CLOSE 1000', 'S CLOSE 1000', 'C RST', 'S RST'],
      {
        rule: 'client-close-frame',
        closedBy: 'client',
        cause: 'client-close',
        certainty: 'certain',
      },
      'proxy-idle-timeout',
      'client-reset',
      'server-reset',
    ),
  ),
  dialogue(
    'b2: the client goes away with 1001',
    { behind: 'nginx' },
    [...hello, 'C CLOSE 1001', 'S CLOSE 1001', 'S FIN', 'C FIN', 'END'],
    {
      rule: 'client-close-frame',
      closedBy: 'client',
      cause: 'client-going-away',
      certainty: 'certain',
      says: /went away/,
    },
    'injected-towards-server',
  ),
  dialogue(
    'the client closes without a code, as `ws` does',
    {},
    [...hello, 'C CLOSE', 'S CLOSE', 'S FIN', 'C FIN'],
    {
      rule: 'client-close-frame',
      closedBy: 'client',
      cause: 'client-close',
      certainty: 'certain',
      says: /1005/,
    },
    'server-queue-full',
  ),
  dialogue(
    'b3: Close, then RST at once is still the Close',
    { behind: 'nginx' },
    [...hello, 'C CLOSE 1000', silence(1), 'C RST', 'S FIN'],
    {
      rule: 'client-close-frame',
      closedBy: 'client',
      cause: 'client-close',
      certainty: 'certain',
      manner: 'close-frame',
    },
    'client-reset',
  ),
  ...['mitmproxy', 'cloudflare', 'my-gateway'].map((behind) =>
    dialogue(
      `a Close frame from ${behind} may be its own`,
      { behind },
      [...hello, 'C CLOSE 1000', 'S CLOSE 1000', 'S FIN', 'C FIN'],
      {
        rule: 'client-close-frame',
        closedBy: 'client',
        cause: 'client-close',
        certainty: 'likely',
        witness: /other side of that proxy/,
      },
      'client-close-frame',
    ),
  ),
  dialogue(
    '1001 from behind something that may terminate',
    { behind: 'cloudflare' },
    [...hello, 'C CLOSE 1001', 'S CLOSE 1001'],
    {
      rule: 'client-close-frame',
      closedBy: 'client',
      cause: 'client-going-away',
      certainty: 'likely',
    },
    'client-close-frame',
  ),
  dialogue(
    'a Close frame behind nginx, with Cloudflare before it',
    { behind: 'nginx', request: [['CF-Ray', '1'], ...FORWARDED] },
    [...hello, 'C CLOSE 1000', 'S CLOSE 1000'],
    {
      rule: 'client-close-frame',
      closedBy: 'client',
      cause: 'client-close',
      certainty: 'likely',
    },
    'client-close-frame',
  ),
  dialogue(
    'a Close frame through a proxy that was not declared',
    { request: FORWARDED },
    [...hello, 'C CLOSE 1000', 'S CLOSE 1000'],
    {
      rule: 'client-close-frame',
      closedBy: 'client',
      cause: 'client-close',
      certainty: 'likely',
      remedy: /behind=nginx/,
    },
    'client-close-frame',
  ),
  dialogue(
    'a Close code that clients do not send',
    { behind: 'nginx' },
    [...hello, 'C CLOSE 1011', 'S CLOSE 1011'],
    {
      rule: 'client-close-frame',
      closedBy: 'client',
      cause: 'client-close',
      certainty: 'likely',
    },
    'client-close-frame',
  ),
  dialogue(
    "the server's stream could not be followed, so its Close may have passed unseen",
    { behind: 'nginx' },
    [
      ...hello,
      fact((at) => ({ kind: 'not-websocket', at, from: 'server', byte: 90, faults: ['reserved opcode 3'] })),
      silence(100),
      'C CLOSE 1000',
      'C FIN',
    ],
    {
      rule: 'client-close-frame',
      closedBy: 'client',
      cause: 'client-close',
      certainty: 'likely',
    },
    'client-close-frame',
  ),
  dialogue(
    'the server was not being read when the client closed',
    {},
    [...hello, 'S pause', silence(4000), 'C CLOSE 1000', 'C FIN'],
    {
      rule: 'client-close-frame',
      closedBy: 'client',
      cause: 'client-close',
      certainty: 'likely',
    },
    'client-close-frame',
  ),

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
    [...hello, silence(12_345), 'C FIN', 'S FIN'],
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
    [...hello, silence(12_345), 'C FIN', 'S FIN'],
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
    { behind: 'nginx' },
    [silence(8), 'S hello', silence(2993), 'C FIN', 'S FIN'],
    {
      rule: 'proxy-idle-timeout',
      closedBy: 'proxy',
      cause: 'proxy-idle-timeout',
      certainty: 'possible',
      witness: /nginx/,
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
    [...hello, silence(12_345), 'C RST', 'S FIN'],
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
