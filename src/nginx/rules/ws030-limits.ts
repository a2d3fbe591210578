import type { Directive } from '../parse/tree.ts';
import { proxiedSockets } from './proxied-sockets.ts';
import type { Rule, RuleFinding, View } from './rule.ts';
import { mapsOfUpgrade } from './upgrade-map.ts';

interface Limit {
  readonly name: 'limit_conn' | 'limit_req';
  readonly zone: 'limit_conn_zone' | 'limit_req_zone';
  readonly does: string;
}

const LIMITS: readonly Limit[] = [
  {
    name: 'limit_conn',
    zone: 'limit_conn_zone',
    does: 'each WebSocket counts for as long as it is open, and those over the limit get 503',
  },
  {
    name: 'limit_req',
    zone: 'limit_req_zone',
    does: 'when many clients reconnect at once, those over the rate wait or get 503',
  },
];

/** What a key is made of that is the same for all requests of one client: a map of it exempts people, not WebSockets. */
const OF_THE_CLIENT = /remote_addr|remote_user|http_x_forwarded_for|http_x_real_ip|http_authorization|cookie/;

export const limits: Rule = {
  id: 'WS030',
  severity: 'warning',
  title: 'limit_conn or limit_req on the WebSocket path',
  why: 'A WebSocket is one request that lasts for hours, and after a restart all come back in the same second, an office often from one address.',
  *check(view) {
    for (const { resolution } of proxiedSockets(view)) {
      for (const limit of LIMITS) {
        if (resolution.effective.flag(`${limit.name}_dry_run`)) continue;
        for (const line of resolution.effective.all(limit.name)) {
          if (counts(view, limit, line)) yield finding(limit, line);
        }
      }
    }
  },
};

function finding({ name, zone, does }: Limit, line: Directive): RuleFinding {
  const words = line.args.map(({ text }) => text).join(' ');
  const zoneName = zoneOf(line);
  const rest = name === 'limit_req' ? ' rate=10r/s' : '';
  return {
    at: line.nameWord.span,
    summary: `${name} ${words} takes in the WebSocket: ${does}.`,
    fix: [
      '# a request with an empty key is not counted',
      'map $http_upgrade $plain_client {',
      '    default "";',
      "    '' $binary_remote_addr;",
      '}',
      `${zone} $plain_client zone=${zoneName}:10m${rest};`,
    ].join('\n'),
  };
}

/** Whether the WebSocket is counted: not where its key is empty, or where a map decides that we cannot follow. */
function counts(view: View, { zone }: Limit, line: Directive): boolean {
  const name = zoneOf(line);
  const definition = view.every(zone).find(({ args }) => args.some(({ text }) => text.startsWith(`zone=${name}:`)));
  const key = definition?.args[0]?.text ?? '';
  const upgradeMap = mapsOfUpgrade(view).find(({ variable }) => key === `$${variable}` || key === `\${${variable}}`);
  // What a map writes with a variable in it is not empty.
  if (upgradeMap !== undefined) return (upgradeMap.line('websocket')?.value.text ?? '') !== '';
  const map = view.every('map').find(({ args }) => args[1]?.text === key);
  const source = map?.args[0]?.text ?? '';
  return map === undefined || OF_THE_CLIENT.test(source) || isGeo(view, source);
}

const isGeo = (view: View, variable: string): boolean =>
  view.every('geo').some(({ args }) => args.at(-1)?.text === variable);

function zoneOf({ name, args }: Directive): string {
  if (name === 'limit_conn') return args[0]?.text ?? '';
  return args.find(({ text }) => text.startsWith('zone='))?.text.slice('zone='.length) ?? '';
}
