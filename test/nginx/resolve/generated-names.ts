import type { Dice } from './dice.ts';

/** Servers that share ports and have random names; each tells its backend who it is and what its name captured. */
export interface GeneratedNames {
  readonly text: string;
  readonly hosts: readonly string[];
}

const NAMES = [
  'a.test',
  'b.a.test',
  'A.test',
  '*.test',
  '*.a.test',
  '.a.test',
  '.b.a.test',
  'www.*',
  'www.a.*',
  '_',
  '""',
  'a.test.',
  '"~^(?<sub>.+)\\\\.a\\\\.test$"',
  '"~^www\\\\d+\\\\."',
  '"~^(.)\\\\.(.*)$"',
  '"~A"',
  '"~^[^.]+$"',
  'localhost',
] as const;
const HOSTS = [
  'a.test',
  'b.a.test',
  'c.b.a.test',
  'www.a.test',
  'www.a.example',
  'www.com',
  'A.TEST',
  'other.test',
  'www7.x',
  'test',
  'localhost',
  '.test',
  'x.y.test',
  'a.test.',
  '_',
] as const;

export function generatedNames(dice: Dice, ports: readonly number[]): GeneratedNames {
  const text = ports.map((port) => serversOf(dice, port)).join('\n');
  return { text, hosts: HOSTS };
}

function serversOf(dice: Dice, port: number): string {
  const count = 1 + dice.below(5);
  const chosen = dice.chance(0.5) ? dice.below(count) : -1;
  return Array.from({ length: count }, (_, n) => {
    const names = dice.chance(0.15) ? '' : `server_name ${dice.picks(NAMES, 1 + dice.below(3)).join(' ')};`;
    const address = dice.pick(['', '*:', '0.0.0.0:']);
    return `server { listen ${address}${port}${n === chosen ? ' default_server' : ''}; ${names}
  location / { proxy_pass http://backend; proxy_set_header X-Server "${port} ${n} $server_name $host $sub $1|$2."; }
}`;
  }).join('\n');
}
