import type { Dice } from './dice.ts';

/** A server of random locations within each other, and paths that come near them. */
export interface GeneratedServer {
  readonly text: string;
  readonly targets: readonly string[];
}

const SEGMENTS = ['a', 'b', 'ab', 'api', 'ws', 'v4', 'A', 'x.php', 'c d', 'é', 'a+b', '50%'] as const;
const PATTERNS = [
  '^/a',
  '/ws$',
  '\\.php$',
  '^/(\\w+)/ws',
  '/(?<rest>a.*)$',
  'b+',
  '^/api/v[0-9]/',
  '[A-Z]',
  '^/a(/|$)',
  '(?i)API',
  '/$',
  '^/.*/b$',
  ' ',
  '%',
  '^/(?:ab|a)/(?!ws)',
  '[[:upper:]]',
  '^[^.]*$',
  '(a|b)/\\1',
] as const;
const PASSES = ['', '/', '/x/', '/x', '/x?y=1', '?z', '/%41/'] as const;

interface Made {
  readonly lines: string[];
  readonly names: string[];
}

let ids = 0;

export function generatedServer(dice: Dice, name: string, port: number): GeneratedServer {
  const made: Made = { lines: [], names: ['/', '/nothing'] };
  level(dice, '', 0, made);
  const merge = dice.chance(0.2) ? 'merge_slashes off;' : '';
  const text = `server { listen 127.0.0.1:${port}; server_name ${name}; ${merge}\n${made.lines.join('\n')}\n}`;
  const [first = '/', ...rest] = made.names;
  return { text, targets: Array.from({ length: 14 }, () => target(dice, dice.pick([first, ...rest]))) };
}

function level(dice: Dice, parent: string, depth: number, made: Made): void {
  const taken = new Set<string>();
  const indent = '  '.repeat(depth + 1);
  for (let count = dice.below(5) + (depth === 0 ? 2 : 0); count > 0; count--) {
    const head = location(dice, parent, taken);
    if (head === null) continue;
    made.lines.push(`${indent}location ${head.text} {`, `${indent}  ${handler(dice, head.pattern)}`);
    if (!head.pattern) made.names.push(head.name);
    if (head.nests && depth < 2) {
      if (head.pattern) patternsOnly(dice, depth + 1, made);
      else level(dice, head.name, depth + 1, made);
    }
    made.lines.push(`${indent}}`);
  }
}

interface Head {
  readonly text: string;
  readonly name: string;
  readonly pattern: boolean;
  readonly nests: boolean;
}

function location(dice: Dice, parent: string, taken: Set<string>): Head | null {
  const modifier = dice.pick(['', '', '', '', '^~ ', '= ', '~ ', '~* ']);
  if (modifier.startsWith('~')) {
    const name = dice.pick(PATTERNS);
    return { text: modifier + quoted(name), name, pattern: true, nests: dice.chance(0.3) };
  }
  const segment = dice.pick(SEGMENTS);
  const slash = parent.endsWith('/') ? '' : '/';
  const name = parent + dice.pick([slash + segment, `${slash}${segment}/`, `${slash}${segment}/b`, segment]);
  const key = (modifier === '= ' ? '=' : '') + name;
  if (!name.startsWith('/') || taken.has(key)) return null;
  taken.add(key);
  return { text: modifier + quoted(name), name, pattern: false, nests: modifier !== '= ' && dice.chance(0.45) };
}

/** Within a pattern's location nginx allows only patterns. */
function patternsOnly(dice: Dice, depth: number, made: Made): void {
  const indent = '  '.repeat(depth + 1);
  for (const pattern of dice.picks(PATTERNS, dice.below(3))) {
    made.lines.push(`${indent}location ~ ${quoted(pattern)} { ${handler(dice, true)} }`);
  }
}

function handler(dice: Dice, pattern: boolean): string {
  const id = `id${++ids}`;
  if (dice.chance(0.5)) return `return 200 ${id};`;
  const uri = pattern ? '' : dice.pick(PASSES);
  return `proxy_pass http://backend${uri}; proxy_set_header X-Id "${id} $1 $rest.";`;
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\')}"`;

/** A location's name, bent: more of it, less of it, encoded, with dots and slashes that nginx takes out. */
function target(dice: Dice, name: string): string {
  let path = encoded(name);
  for (let bends = dice.below(3); bends > 0; bends--) path = bent(dice, path);
  return path + dice.pick(['', '', '?q=1', '?a=/b/../c&d', '?']);
}

const encoded = (name: string): string => name.replaceAll('%', '%25').replaceAll(' ', '%20');

function bent(dice: Dice, path: string): string {
  const at = 1 + dice.below(path.length);
  switch (dice.below(9)) {
    case 0:
      return `${path}/`;
    case 1:
      return `${path}/${encoded(dice.pick(SEGMENTS))}`;
    case 2:
      return path.replace(/\/?$/, '/b');
    case 3:
      return path.replace(/^\//, '//');
    case 4:
      return path.replace(/^\//, '/./');
    case 5:
      return path.replace(/^\//, '/zz/../');
    case 6:
      return path.replace(/[a-z](?![^%]*%)/, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
    case 7:
      return path.replace(/\/$/, '') || '/';
    default:
      return path.includes('%') ? path : path.slice(0, at);
  }
}
