import { dialogue, fact, silence } from '../dialogue.ts';

const hello = ['S hello', silence(400), 'C action user_typing', silence(700), 'S posted'];
const server = { closedBy: 'server' } as const;
const ABORT = { rule: 'server-abort', ...server, cause: 'server-abort' } as const;

/** Ends that the server made (GROUND-TRUTH §1 g–j; FIELD-NOTES §1). */
export const SERVER = [
  // Close frames.
  dialogue(
    'g1: a server closes with 1000',
    { url: '/ws' },
    ['S data', 'S CLOSE 1000', 'C CLOSE 1000', 'C FIN', 'S FIN'],
    {
      rule: 'server-close-frame',
      ...server,
      cause: 'server-close',
      certainty: 'certain',
      hop: 'server',
    },
  ),
  dialogue(
    'g2: Close and FIN at once, the echo lost',
    { url: '/ws', before: 'nginx' },
    ['S data', 'S CLOSE 1011', 'S FIN', 'C FIN'],
    {
      rule: 'server-close-frame',
      ...server,
      cause: 'server-close',
      certainty: 'certain',
    },
    'server-abort',
  ),
  dialogue(
    'a Close frame from behind something that may terminate',
    { url: '/ws', before: 'mitmproxy' },
    ['S data', 'S CLOSE 1000', 'C CLOSE 1000'],
    {
      rule: 'server-close-frame',
      ...server,
      cause: 'server-close',
      certainty: 'likely',
      witness: /terminates/,
    },
    'server-close-frame',
  ),
  dialogue(
    'a masked Close from the server direction is odd',
    { url: '/ws' },
    ['S data', 'S CLOSE 1000 unmasked', 'C CLOSE 1000'],
    {
      rule: 'server-close-frame',
      ...server,
      cause: 'server-close',
      certainty: 'likely',
    },
    'server-close-frame',
  ),
  dialogue(
    'Mattermost: an empty Close is a full queue',
    {},
    [...hello, 'S pause', silence(900), 'S resume', 'S CLOSE', 'C CLOSE'],
    {
      rule: 'server-queue-full',
      ...server,
      cause: 'server-queue-full',
      certainty: 'likely',
      hop: 'mattermost',
      witness: /Mattermost/,
    },
    'server-close-frame',
  ),
  dialogue(
    'an empty Close of another server says nothing of a queue',
    { url: '/ws' },
    ['S data', 'S CLOSE', 'C CLOSE'],
    {
      rule: 'server-close-frame',
      ...server,
      cause: 'server-close',
      certainty: 'certain',
    },
    'server-queue-full',
  ),
  dialogue(
    'Mattermost: 1009 after a message of 9000 bytes',
    {},
    [...hello, 'C data 9000', silence(3), 'S CLOSE 1009', 'S RST'],
    {
      rule: 'server-message-too-big',
      ...server,
      cause: 'server-message-too-big',
      certainty: 'certain',
      says: /9000 bytes/,
      remedy: /8192/,
    },
    'server-reset',
  ),
  dialogue(
    '1009 without a big message seen',
    {},
    [...hello, 'S CLOSE 1009', 'S RST'],
    {
      rule: 'server-message-too-big',
      ...server,
      cause: 'server-message-too-big',
      certainty: 'likely',
      witness: /log/,
    },
    'server-message-too-big',
  ),
  dialogue(
    'a reset that swallowed the 1009',
    {},
    [...hello, silence(20_000), 'C data 9000', silence(2), 'S RST'],
    {
      rule: 'server-message-too-big',
      ...server,
      cause: 'server-message-too-big',
      certainty: 'likely',
    },
    'server-reset',
    'path-state-lost',
  ),
  dialogue(
    'a big message long ago',
    {},
    [...hello, 'C data 9000', silence(1500), 'S data', silence(300), 'S FIN'],
    { ...ABORT, certainty: 'likely' },
    'server-message-too-big',
  ),
  dialogue(
    '1002 after broken frames of the client',
    {},
    [
      ...hello,
      fact((at) => ({ kind: 'frame-fault', at, from: 'client', frame: 3, faults: ['RSV1 set'] })),
      'S CLOSE 1002',
      'S FIN',
    ],
    {
      rule: 'server-protocol-error',
      ...server,
      cause: 'server-protocol-error',
      certainty: 'certain',
      says: /RSV1/,
    },
  ),
  dialogue(
    '1002 with nothing wrong to be seen',
    {},
    [...hello, 'S CLOSE 1002', 'S FIN'],
    {
      rule: 'server-protocol-error',
      ...server,
      cause: 'server-protocol-error',
      certainty: 'likely',
    },
    'server-protocol-error',
  ),
];
