import { Dice } from '../resolve/dice.ts';

/** Servers before Mattermost as people might write them, right and wrong, by a seed. */

export interface GeneratedHttp {
  /** What stands in http before the servers: maps, and lines that all inherit. */
  readonly around: string;
  readonly servers: readonly GeneratedServer[];
}

export interface GeneratedServer {
  readonly name: string;
  readonly text: string;
}

const MAPS = `
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  map $http_upgrade $connection_closes { default close; websocket upgrade; }
  map $http_upgrade $connection_wrong { default close; '' upgrade; }
`;
const UPGRADES: readonly [string, ...string[]] = [
  '$http_upgrade',
  '$http_upgrade',
  '$http_upgrade',
  'websocket',
  '""',
  '$http_connection',
];
const CONNECTIONS: readonly [string, ...string[]] = [
  '"upgrade"',
  'Upgrade',
  '"keep-alive, Upgrade"',
  '$http_connection',
  '$connection_upgrade',
  '$connection_closes',
  '$connection_wrong',
  '""',
  'close',
];
const HOSTS: readonly [string, ...string[]] = ['$http_host', '$http_host', '$http_host', '$host'];
const LOCATIONS = [
  '= /api/v4/websocket',
  '/api/v4/websocket',
  '^~ /api/',
  '/api/v4/',
  '~ ^/api/',
  '~ /api/v[0-9]+/(users/)?websocket$',
  '~ ^/api/v4/websocket/?$',
  '~* ^/API/V4/(websocket|users)',
  '/api/v3/users/websocket',
  '^~ /plugins/',
  '~ ^/plugins/.*/ws',
];
const PASSES: readonly [string, ...string[]] = ['', '', '', '', '', '/', '/api/v4/websocket', '/api/'];

/** @param count of servers */
export function generate(seed: number, count: number): GeneratedHttp {
  const dice = new Dice(seed);
  const around = `${MAPS}${dice.chance(0.5) ? lines(dice, 0.6) : ''}`;
  const servers = Array.from({ length: count }, (_, index): GeneratedServer => {
    const name = `s${seed}-${index}.example.com`;
    return { name, text: server(dice, name) };
  });
  return { around, servers };
}

function server(dice: Dice, name: string): string {
  const api = dice.pick(['^~ /api/', '/api/']);
  const patterns = LOCATIONS.filter(() => dice.chance(0.15)).map((each) => (each === '^~ /api/' ? api : each));
  const locations = shuffled(dice, [...patterns, '/']).map((pattern) => location(dice, pattern));
  const own = dice.chance(0.4) ? lines(dice, 0.8) : '';
  return `
  server {
    listen 80;
    server_name ${name};
    proxy_read_timeout 90s;
    ${own}
${locations.join('\n')}
  }
`;
}

function location(dice: Dice, pattern: string): string {
  const own = dice.chance(0.7) ? lines(dice, 0.85) : '';
  const version = dice.pick(['', 'proxy_http_version 1.1;', 'proxy_http_version 1.0;']);
  if (dice.chance(0.06)) return `    location ${pattern} { return 404; }`;
  const uri = pattern.startsWith('~') ? '' : dice.pick(PASSES);
  return `    location ${pattern} {\n      ${own}\n      ${version}\n      proxy_pass http://127.0.0.1:8065${uri};\n    }`;
}

/** @param likely how likely each of the three headers is set */
function lines(dice: Dice, likely: number): string {
  const set = (name: string, values: readonly [string, ...string[]]): string[] =>
    dice.chance(likely) ? [`proxy_set_header ${name} ${dice.pick(values)};`] : [];
  const all = [...set('Host', HOSTS), ...set('Upgrade', UPGRADES), ...set('Connection', CONNECTIONS)];
  return [...all, ...(dice.chance(0.3) ? ['proxy_set_header X-Real-IP $remote_addr;'] : [])].join('\n      ');
}

function shuffled<T>(dice: Dice, list: readonly T[]): T[] {
  return list
    .map((each) => ({ each, order: dice.next() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ each }) => each);
}
