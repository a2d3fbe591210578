import { dialogue, fact, silence } from '../dialogue.ts';
import { together } from './proxy.ts';

const hello = ['S hello', silence(400), 'C action user_typing', silence(700), 'S posted'];
const refused = fact((at) => ({ kind: 'target-refused', at, code: 'ECONNREFUSED' }));
const server = { closedBy: 'server' } as const;
const ABORT = { rule: 'server-abort', ...server, cause: 'server-abort' } as const;
const RESUME_URL = '/api/v4/websocket?connection_id=abc&sequence_number=7';

/** Ends that the server made (GROUND-TRUTH §1 g–j; FIELD-NOTES §1). */
export const SERVER = [
  // Close frames.
  dialogue('g1: a server closes with 1000', { url: '/ws' }, ['S data', 'S CLOSE 1000', 'C CLOSE 1000', 'C FIN', 'S FIN'], {
    rule: 'server-close-frame', ...server, cause: 'server-close', certainty: 'certain', hop: 'server',
  }),
  dialogue('g2: Close and FIN at once, the echo lost', { url: '/ws', before: 'nginx' }, ['S data', 'S CLOSE 1011', 'S FIN', 'C FIN'], {
    rule: 'server-close-frame', ...server, cause: 'server-close', certainty: 'certain',
  }, 'server-abort'),
  dialogue('a Close frame from behind something that may terminate', { url: '/ws', before: 'mitmproxy' }, ['S data', 'S CLOSE 1000', 'C CLOSE 1000'], {
    rule: 'server-close-frame', ...server, cause: 'server-close', certainty: 'likely', witness: /terminates/,
  }, 'server-close-frame'),
  dialogue('a masked Close from the server direction is odd', { url: '/ws' }, ['S data', 'S CLOSE 1000 unmasked', 'C CLOSE 1000'], {
    rule: 'server-close-frame', ...server, cause: 'server-close', certainty: 'likely',
  }, 'server-close-frame'),
  dialogue('Mattermost: an empty Close is a full queue', {}, [...hello, 'S pause', silence(900), 'S resume', 'S CLOSE', 'C CLOSE'], {
    rule: 'server-queue-full', ...server, cause: 'server-queue-full', certainty: 'likely', hop: 'mattermost', witness: /Mattermost/,
  }, 'server-close-frame'),
  dialogue('an empty Close of another server says nothing of a queue', { url: '/ws' }, ['S data', 'S CLOSE', 'C CLOSE'], {
    rule: 'server-close-frame', ...server, cause: 'server-close', certainty: 'certain',
  }, 'server-queue-full'),
  dialogue('Mattermost: 1009 after a message of 9000 bytes', {}, [...hello, 'C data 9000', silence(3), 'S CLOSE 1009', 'S RST'], {
    rule: 'server-message-too-big', ...server, cause: 'server-message-too-big', certainty: 'certain', says: /9000 bytes/, remedy: /8192/,
  }, 'server-reset'),
  dialogue('1009 without a big message seen', {}, [...hello, 'S CLOSE 1009', 'S RST'], {
    rule: 'server-message-too-big', ...server, cause: 'server-message-too-big', certainty: 'likely', witness: /log/,
  }, 'server-message-too-big'),
  dialogue('a reset that swallowed the 1009', {}, [...hello, silence(20_000), 'C data 9000', silence(2), 'S RST'], {
    rule: 'server-message-too-big', ...server, cause: 'server-message-too-big', certainty: 'likely',
  }, 'server-reset', 'path-state-lost'),
  dialogue('a big message long ago', {}, [...hello, 'C data 9000', silence(1500), 'S data', silence(300), 'S FIN'], { ...ABORT, certainty: 'likely' }, 'server-message-too-big'),
  dialogue('1002 after broken frames of the client', {}, [...hello, fact((at) => ({ kind: 'frame-fault', at, from: 'client', frame: 3, faults: ['RSV1 set'] })), 'S CLOSE 1002', 'S FIN'], {
    rule: 'server-protocol-error', ...server, cause: 'server-protocol-error', certainty: 'certain', says: /RSV1/,
  }),
  dialogue('1002 with nothing wrong to be seen', {}, [...hello, 'S CLOSE 1002', 'S FIN'], {
    rule: 'server-protocol-error', ...server, cause: 'server-protocol-error', certainty: 'likely',
  }, 'server-protocol-error'),

  // Timers of Mattermost.
  dialogue('no authentication within 5 s', {}, [silence(4810), 'S FIN', 'C FIN'], {
    rule: 'server-auth-timeout', ...server, cause: 'server-auth-timeout', certainty: 'likely', says: /not authenticated/, witness: /Mattermost/,
  }),
  dialogue('FIN after 4.8 s, but it had said hello', {}, ['S hello', silence(4810), 'S FIN'], { ...ABORT, certainty: 'likely' }, 'server-auth-timeout'),
  dialogue('FIN after 4.8 s from another server', { url: '/ws' }, [silence(4810), 'S FIN'], { ...ABORT, certainty: 'likely' }, 'server-auth-timeout'),
  dialogue('FIN after 4.8 s, the frames unnamed (--payload none)', {}, ['S data', silence(4810), 'S FIN'], { ...ABORT, certainty: 'likely' }, 'server-auth-timeout'),
  dialogue('a token that was not accepted', {}, ['C action authentication_challenge', silence(12), 'S FIN'], {
    rule: 'server-bad-token', ...server, cause: 'server-bad-token', certainty: 'likely', witness: /Mattermost/,
  }),
  dialogue('a token that was refused in words, through nginx', { before: 'nginx' }, ['C action authentication_challenge', silence(12), 'S reply FAIL', 'S FIN'], {
    rule: 'server-bad-token', ...server, cause: 'server-bad-token', certainty: 'likely',
  }),
  dialogue('FIN right after a token that was accepted', {}, ['C action authentication_challenge', silence(12), 'S hello', 'S reply OK', 'S FIN'], { ...ABORT, certainty: 'likely' }, 'server-bad-token'),
  dialogue('FIN 3 s after the token', {}, ['C action authentication_challenge', silence(3100), 'S FIN'], { ...ABORT, certainty: 'likely' }, 'server-bad-token'),
  dialogue('a resume that was refused', { url: RESUME_URL }, [silence(4), 'S FIN'], {
    rule: 'server-resume-rejected', ...server, cause: 'server-resume-rejected', certainty: 'likely',
  }),
  dialogue('a first connect has an empty connection_id', { url: '/api/v4/websocket?connection_id=&sequence_number=0' }, [silence(4), 'S FIN'], { ...ABORT, certainty: 'likely' }, 'server-resume-rejected'),
  dialogue('a resume that was answered with hello, then FIN', { url: RESUME_URL }, [silence(4), 'S hello', 'S FIN'], { ...ABORT, certainty: 'likely' }, 'server-resume-rejected'),
  dialogue('100 s without a pong', {}, ['S hello', silence(60_000), 'S ping', silence(39_998), 'S FIN', 'C FIN'], {
    rule: 'server-pong-timeout', ...server, cause: 'server-pong-timeout', certainty: 'likely', hop: 'mattermost', witness: /Mattermost/,
  }),
  dialogue('f3: another server gives up 8 s after the client vanished', { url: '/ws' }, ['S data', 'C data', silence(3000), 'S ping', silence(3000), 'S ping', silence(2000), 'S FIN'], {
    rule: 'server-pong-timeout', ...server, cause: 'server-pong-timeout', certainty: 'likely',
  }),
  dialogue('Mattermost ends with a ping unanswered, but off its deadline', {}, ['S hello', silence(60_000), 'S ping', silence(12_000), 'S FIN'], {
    rule: 'server-pong-timeout', ...server, cause: 'server-pong-timeout', certainty: 'possible',
  }, 'server-pong-timeout'),
  dialogue('100 s after the last pong, with every ping answered', {}, ['S hello', silence(10), 'S ping', 'C pong', silence(99_990), 'S FIN'], {
    rule: 'proxy-idle-timeout', closedBy: 'proxy', cause: 'proxy-idle-timeout', certainty: 'possible', witness: /before=/,
  }, 'server-pong-timeout'),
  dialogue('30 s without reading', {}, [...hello, 'S pause', silence(31_000), 'S resume', silence(20), 'S FIN'], {
    rule: 'server-write-timeout', ...server, cause: 'server-write-timeout', certainty: 'likely', witness: /Mattermost/,
  }),
  dialogue('a pause of 3 s before a FIN', {}, [...hello, 'S pause', silence(3000), 'S resume', silence(20), 'S FIN'], { ...ABORT, certainty: 'likely' }, 'server-write-timeout'),

  // h, i, j.
  dialogue('h1: FIN without a Close frame', {}, [...hello, silence(1234), 'S FIN', 'C FIN'], { ...ABORT, certainty: 'likely', witness: /Mattermost/ }),
  dialogue('h1: right after a message that could not be decoded', {}, [...hello, 'C data 5', silence(1), 'S FIN'], { ...ABORT, certainty: 'likely' }),
  dialogue('h1: through a proxy before the server', { before: 'nginx' }, [...hello, silence(1234), 'S FIN'], { ...ABORT, certainty: 'possible', witness: /nginx/ }, 'server-abort'),
  dialogue('h1: the 101 bears nginx in its Server header', { answer: [['Server', 'nginx/1.22.1']] }, [...hello, silence(1234), 'S FIN'], { ...ABORT, certainty: 'possible', witness: /nginx/ }, 'server-abort'),
  dialogue('i1: RST', {}, [...hello, silence(234), 'S RST', 'C FIN'], { rule: 'server-reset', ...server, cause: 'server-reset', certainty: 'likely' }),
  dialogue('i2: RST through nginx proves nothing of the server', { before: 'nginx' }, [...hello, silence(234), 'S RST'], {
    rule: 'server-reset', ...server, cause: 'server-reset', certainty: 'possible', witness: /nginx/,
  }, 'server-reset'),
  dialogue('j1: all at once, and new connections are refused', {}, [...hello, 'S FIN', 'C FIN', together('server', 12, 4), refused], {
    rule: 'server-shutdown', ...server, cause: 'server-shutdown', certainty: 'likely', witness: /Docker events/,
  }),
  dialogue('j1: one alone, and new connections are refused', {}, [...hello, 'S FIN', 'C FIN', refused], { rule: 'server-shutdown', ...server, cause: 'server-shutdown', certainty: 'likely' }),
  dialogue('all at once, but nobody tried to connect again', {}, [...hello, 'S FIN', 'C FIN', together('server', 12, 4)], {
    rule: 'server-shutdown', ...server, cause: 'server-shutdown', certainty: 'possible', witness: /Docker events/,
  }, 'server-shutdown', 'server-abort'),
];
