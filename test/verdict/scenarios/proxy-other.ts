import { dialogue, fact, silence } from '../dialogue.ts';
import { together } from '../group-facts.ts';

const hello = ['S hello', silence(400), 'C action user_typing', silence(700), 'S posted'];

/** Close frames that a proxy made, and slow peers (GROUND-TRUTH §1 l; §5; §6). */
export const PROXY_OTHER = [
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
    'edge: 1001 to nine at once through Caddy may be the server’s, which shuts down',
    { before: 'caddy', url: '/ws' },
    ['S data', silence(10), 'S CLOSE 1001', 'C CLOSE 1001', together('server', 9, 3)],
    {
      rule: 'injected-towards-client',
      closedBy: 'proxy',
      cause: 'proxy-injected-close',
      certainty: 'possible',
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
