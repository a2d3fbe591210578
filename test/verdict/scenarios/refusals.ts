import { dialogue, fact, silence } from '../dialogue.ts';

const hello = ['S hello', silence(400), 'C action user_typing', silence(700), 'S posted'];
const REFUSED = { closedBy: 'server', cause: 'upgrade-refused', manner: 'refused' } as const;

/** Upgrades that were refused, and what is nobody's (GROUND-TRUTH §8). */
export const REFUSALS = [
  // §8.
  dialogue(
    'nginx without the upgrade lines',
    { behind: 'nginx', missing: 'both', httpVersion: '1.0', request: [['Connection', 'close']], status: 400 },
    ['C FIN', 'S FIN', 'END'],
    {
      rule: 'refused-stripped',
      closedBy: 'proxy',
      cause: 'upgrade-refused',
      refusal: 'missing-upgrade',
      certainty: 'likely',
      hop: 'nginx',
      manner: 'refused',
      remedy: /proxy_set_header Upgrade \$http_upgrade/,
      witness: /hangup check/,
    },
    'refused-by-answer',
    'client-abort',
  ),
  dialogue('Connection lost', { behind: 'nginx', missing: 'connection', status: 400 }, [], {
    rule: 'refused-stripped',
    closedBy: 'proxy',
    cause: 'upgrade-refused',
    refusal: 'missing-connection',
    certainty: 'likely',
  }),
  dialogue(
    'Upgrade lost, and nothing shows a proxy',
    { missing: 'upgrade', status: 400 },
    [],
    {
      rule: 'refused-stripped',
      closedBy: 'proxy',
      cause: 'upgrade-refused',
      refusal: 'missing-upgrade',
      certainty: 'possible',
    },
    'refused-stripped',
  ),
  dialogue(
    '403 for an Origin that is not the Host',
    {
      status: 403,
      body: 'Forbidden\n{"id":"api.web_socket.connect.upgrade.app_error"}',
      request: [
        ['Host', 'backend'],
        ['Origin', 'https://chat.example.com'],
      ],
    },
    [],
    {
      ...REFUSED,
      rule: 'refused-by-answer',
      refusal: 'origin',
      certainty: 'certain',
      remedy: /Host \$http_host/,
    },
  ),
  dialogue(
    'the same 403, in the words of no Mattermost: it may have any reason',
    {
      status: 403,
      request: [
        ['Host', 'backend'],
        ['Origin', 'https://chat.example.com'],
      ],
    },
    [],
    {
      ...REFUSED,
      rule: 'refused-by-answer',
      refusal: 'origin',
      certainty: 'likely',
      remedy: /Host \$http_host/,
    },
  ),
  dialogue(
    '403 although Origin and Host agree',
    {
      status: 403,
      request: [
        ['Host', 'chat.example.com'],
        ['Origin', 'https://chat.example.com'],
      ],
    },
    [],
    {
      ...REFUSED,
      rule: 'refused-by-answer',
      refusal: 'origin',
      certainty: 'likely',
    },
    'refused-by-answer',
  ),
  dialogue('401', { status: 401 }, [], {
    ...REFUSED,
    rule: 'refused-by-answer',
    refusal: 'unauthorized',
    certainty: 'certain',
  }),
  dialogue('200 from a wrong route', { status: 200, url: '/?id=m' }, [], {
    ...REFUSED,
    rule: 'refused-by-answer',
    refusal: 'wrong-route',
    certainty: 'certain',
  }),
  dialogue('301', { status: 301, answer: [['Location', '/v4/websocket']] }, [], {
    ...REFUSED,
    rule: 'refused-by-answer',
    refusal: 'redirect',
    certainty: 'certain',
    says: /\/v4\/websocket/,
  }),
  dialogue(
    '502 from nginx before the server',
    { status: 502, before: 'nginx', body: '<center>nginx</center>' },
    [],
    {
      ...REFUSED,
      rule: 'refused-by-answer',
      closedBy: 'proxy',
      refusal: 'unreachable',
      certainty: 'likely',
      hop: 'nginx',
      witness: /nginx/,
    },
    'refused-unreachable',
  ),
  dialogue(
    'Mattermost’s plain 400',
    { status: 400, body: 'Bad Request {"id":"api.web_socket.connect.upgrade.app_error"}' },
    [],
    {
      ...REFUSED,
      rule: 'refused-by-answer',
      refusal: 'protocol',
      certainty: 'likely',
      hop: 'mattermost',
    },
    'refused-stripped',
  ),
  dialogue('an upgrade with a body, refused by hangup', { status: 400, own: true }, [], {
    rule: 'refused-by-answer',
    closedBy: 'gateway',
    cause: 'upgrade-refused',
    refusal: 'protocol',
    certainty: 'certain',
    hop: 'hangup',
  }),
  dialogue(
    'no target',
    { status: 0 },
    [
      fact((at) => ({
        kind: 'target-failed',
        at,
        stage: 'connect',
        code: 'ECONNREFUSED',
        says: 'connect ECONNREFUSED',
      })),
      'END',
    ],
    {
      ...REFUSED,
      rule: 'refused-unreachable',
      refusal: 'unreachable',
      certainty: 'certain',
    },
  ),
  dialogue(
    'no route to the target',
    { status: 0 },
    [fact((at) => ({ kind: 'target-failed', at, stage: 'connect', code: 'EHOSTUNREACH', says: '' }))],
    {
      ...REFUSED,
      rule: 'refused-unreachable',
      closedBy: 'network',
      refusal: 'unreachable',
      certainty: 'certain',
    },
  ),
  dialogue(
    'the target hangs up before it answers',
    { status: 0 },
    [fact((at) => ({ kind: 'target-failed', at, stage: 'answer', code: 'EOF', says: '' }))],
    {
      ...REFUSED,
      rule: 'refused-unreachable',
      refusal: 'unreachable',
      certainty: 'likely',
    },
    'refused-unreachable',
  ),

  // Nobody.
  dialogue('still open', {}, [...hello], {
    rule: 'unknown',
    closedBy: 'unknown',
    cause: 'unknown',
    certainty: 'possible',
    says: /still open/,
  }),
  dialogue('gone without an act', {}, [...hello, 'END'], {
    rule: 'unknown',
    closedBy: 'unknown',
    cause: 'unknown',
    certainty: 'possible',
  }),
  dialogue(
    'one act is enough to name somebody',
    {},
    [...hello, 'C FIN'],
    { rule: 'client-abort', closedBy: 'client', cause: 'client-abort', certainty: 'likely' },
    'unknown',
  ),
];
