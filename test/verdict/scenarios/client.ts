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
];
