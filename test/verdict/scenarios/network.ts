import { dialogue, fact, silence } from '../dialogue.ts';

const hello = ['S hello', silence(400), 'C action user_typing', silence(700), 'S posted'];
const STATE_LOST = { rule: 'path-state-lost', closedBy: 'network', cause: 'path-state-lost', hop: null } as const;

/** Ends that nobody decided, hangup's own, and refusals (GROUND-TRUTH §7, §8, §11). */
export const NETWORK = [
  // §7.
  dialogue('f6: the client host vanishes', {}, [...hello, 'S ping', silence(939_300), 'C LOST ETIMEDOUT'], {
    rule: 'leg-lost',
    closedBy: 'network',
    cause: 'peer-silent',
    certainty: 'certain',
    manner: 'silence',
    hop: null,
  }),
  dialogue('f12: the link is down', { behind: 'nginx' }, [...hello, silence(16_000), 'C LOST EHOSTUNREACH'], {
    rule: 'leg-lost',
    closedBy: 'network',
    cause: 'unreachable',
    certainty: 'certain',
  }),
  dialogue(
    'TCP gives up only after the client had closed',
    {},
    [...hello, 'C CLOSE 1000', silence(20_000), 'S LOST ETIMEDOUT'],
    {
      rule: 'client-close-frame',
      closedBy: 'client',
      cause: 'client-close',
      certainty: 'certain',
    },
    'leg-lost',
  ),
  dialogue(
    'f1: client gone, server silent: nginx ends it by its timer',
    { behind: 'nginx', idleMs: 6000 },
    [...hello, silence(6002), 'C FIN', 'S FIN'],
    {
      rule: 'proxy-idle-timeout',
      closedBy: 'proxy',
      cause: 'proxy-idle-timeout',
      certainty: 'likely',
      witness: /vanished/,
    },
    'peer-silent-behind-proxy',
  ),
  dialogue(
    'f2: the server’s pings hide a dead client from nginx until TCP gives up',
    { behind: 'nginx', url: '/ws' },
    [
      'S data',
      'C data',
      ...Array.from({ length: 14 }, () => [silence(1000), 'S ping']).flat(),
      silence(410),
      'C FIN',
      'S FIN',
    ],
    {
      rule: 'peer-silent-behind-proxy',
      closedBy: 'network',
      cause: 'peer-silent',
      certainty: 'possible',
      witness: /recv\(\) failed \(110\)/,
    },
  ),
  dialogue(
    'hangup’s own pings went unanswered before nginx closed',
    { behind: 'nginx' },
    [...hello, 'H ping C', silence(3100), 'C missed', silence(1133), 'C FIN'],
    {
      rule: 'peer-silent-behind-proxy',
      closedBy: 'network',
      cause: 'peer-silent',
      certainty: 'possible',
    },
  ),
  dialogue(
    'the client owes one pong for 200 ms only',
    { behind: 'nginx' },
    [...hello, 'S ping', silence(200), 'C FIN'],
    {
      rule: 'client-abort',
      closedBy: 'client',
      cause: 'client-abort',
      certainty: 'possible',
    },
    'peer-silent-behind-proxy',
  ),

  // §11.
  dialogue(
    'p: NAT forgot, the server pings first',
    { url: '/ws' },
    ['C data', silence(7000), 'S ping', silence(2), 'C RST'],
    { ...STATE_LOST, certainty: 'likely', witness: /conntrack.*boot id/ },
  ),
  dialogue(
    'p: NAT forgot, a message after 10 min',
    { url: '/ws' },
    ['C data', silence(600_000), 'S data', silence(2), 'C RST'],
    { ...STATE_LOST, certainty: 'likely' },
  ),
  dialogue(
    'p: the server host came back without the connection',
    { url: '/ws' },
    ['S data', silence(45_000), 'C data', silence(1), 'S RST'],
    { ...STATE_LOST, certainty: 'likely' },
  ),
  dialogue(
    'p: a message after 7 s: the application may have answered with a reset',
    { url: '/ws' },
    ['C data', silence(7000), 'S data', silence(2), 'C RST'],
    { ...STATE_LOST, certainty: 'possible' },
    'path-state-lost',
  ),
  dialogue(
    'a reset 5 s after the last write',
    { url: '/ws' },
    ['C data', silence(60_500), 'S data', silence(5100), 'C RST'],
    {
      rule: 'client-reset',
      closedBy: 'client',
      cause: 'client-reset',
      certainty: 'likely',
    },
    'path-state-lost',
  ),

  // hangup's own.
  ...(['shutdown', 'limit', 'dead-peer'] as const).map((why) =>
    dialogue(
      `hangup closes: ${why}`,
      {},
      [...hello, fact((at) => ({ kind: 'own-close', at, why, side: null, says: why }))],
      {
        rule: 'gateway-own-close',
        closedBy: 'gateway',
        cause: `gateway-${why}`,
        certainty: 'certain',
        hop: 'hangup',
      },
    ),
  ),
  dialogue(
    'hangup was killed',
    {},
    [
      ...hello,
      silence(5000),
      fact((at) => ({ kind: 'own-close', at, why: 'killed', side: null, says: 'killed' })),
      'END',
    ],
    {
      rule: 'gateway-own-close',
      closedBy: 'gateway',
      cause: 'gateway-shutdown',
      certainty: 'likely',
      says: /was killed/,
    },
    'gateway-own-close',
  ),
];
