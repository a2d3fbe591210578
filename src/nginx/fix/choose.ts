import type { Edit, Finding } from '../rules/rule.ts';
import { isSame, overlap } from './apply.ts';
import type { Blocks } from './blocks.ts';

/** Which mends can be made together: two findings often want the same line in the same block, and nginx would refuse or send it twice. */

/** May stand in a block more than once; their first argument tells them apart. */
const REPEATABLE = new Set([
  'access_log',
  'add_header',
  'geo',
  'grpc_set_header',
  'include',
  'listen',
  'location',
  'log_format',
  'map',
  'proxy_hide_header',
  'proxy_set_header',
  'server',
  'set',
  'upstream',
]);

const DIRECTIVE = /([^;{}\n]*)([;{}])/g;

/**
 * Worst first as they are given; a finding that wants a line which a chosen one puts into the same block, or changes what
 * a chosen one changes, waits for the next round, when it has vanished or wants something else.
 */
export function choose(findings: readonly Finding[], blocks: Blocks): Finding[] {
  const taken = new Set<string>();
  const edits: Edit[] = [];
  return findings.filter((finding) => {
    const own = finding.edits ?? [];
    const wanted = own.filter((edit) => !edits.some((other) => isSame(other, edit)));
    const lines = wanted.flatMap((edit) => directivesIn(edit, blocks));
    if (own.length === 0 || lines.some((line) => taken.has(line))) return false;
    if (wanted.some((edit) => edits.some((other) => overlap(other, edit)))) return false;
    for (const line of lines) taken.add(line);
    edits.push(...wanted);
    return true;
  });
}

/** The directives that an edit puts in, each with the block it comes into: `site.conf:120 proxy_set_header upgrade`. */
function directivesIn({ at, text }: Edit, blocks: Blocks): string[] {
  const block = blocks.around(at);
  const found: string[] = [];
  let depth = 0;
  for (const [, words = '', end] of text.matchAll(DIRECTIVE)) {
    const [name = '', argument = ''] = words.trim().split(/\s+/);
    if (depth === 0 && name !== '') {
      found.push(`${block} ${name}${REPEATABLE.has(name) ? ` ${argument.toLowerCase()}` : ''}`);
    }
    if (end === '{') depth++;
    if (end === '}') depth--;
  }
  return found;
}
