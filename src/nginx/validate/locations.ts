import type { Directive, Word } from '../parse/tree.ts';
import type { Place } from './place.ts';
import { regexFault } from './regex.ts';
import { holdsPlaceholder, type Report } from './report.ts';

/** `location`: its modifier, its expression, and where it may stand (ngx_http_core_location, ngx_http_init_locations). */

export interface LocationName {
  /** `predicate` is `location $variable`, which nginx knows since 1.31.5; before, it was a prefix like any other. */
  readonly kind: 'exact' | 'no-regex' | 'regex' | 'named' | 'prefix' | 'predicate';
  readonly text: string;
}

/** @returns null for a modifier that nginx does not know */
export function locationName({ args }: Directive): LocationName | null {
  const [first, second] = args;
  if (first === undefined) return null;
  if (second !== undefined) {
    const kind = MODIFIERS[first.text];
    return kind === undefined ? null : { kind, text: second.text };
  }
  const { text } = first;
  if (text.startsWith('=')) return { kind: 'exact', text: text.slice(1) };
  if (text.startsWith('^~')) return { kind: 'no-regex', text: text.slice(2) };
  if (text.startsWith('~')) return { kind: 'regex', text: text.slice(text[1] === '*' ? 2 : 1) };
  return { kind: BY_FIRST[text[0] ?? ''] ?? 'prefix', text };
}

const BY_FIRST: Readonly<Record<string, LocationName['kind']>> = { '@': 'named', $: 'predicate' };

const MODIFIERS: Readonly<Record<string, LocationName['kind']>> = {
  '=': 'exact',
  '^~': 'no-regex',
  '~': 'regex',
  '~*': 'regex',
};

export function checkLocation({ directive, level, memory, report }: Place): void {
  const [modifier] = directive.args;
  if (modifier === undefined || directive.args.some(holdsPlaceholder)) return;
  const name = locationName(directive);
  if (name === null) {
    report.refuse(modifier, `invalid location modifier "${modifier.text}"`);
    return;
  }
  memory.locations.push(directive);
  if (name.kind === 'predicate' && report.mayHave('1.31.5')) memory.uses(modifier);
  if (name.kind === 'regex') checkRegex(directive.args.at(-1) ?? modifier, name.text, { memory, report });
  const outer = level.block?.name === 'location' ? locationName(level.block) : null;
  if (outer === null || level.block?.args.some(holdsPlaceholder) === true) return;
  const says = name.kind === 'predicate' && report.mayHave('1.31.5') ? null : nestingFault(name, outer);
  if (says !== null) report.refuse(directive.args.at(-1) ?? modifier, says);
}

function nestingFault(inner: LocationName, outer: LocationName): string | null {
  if (outer.kind === 'exact') return `location "${inner.text}" cannot be inside the exact location "${outer.text}"`;
  if (outer.kind === 'named') return `location "${inner.text}" cannot be inside the named location "${outer.text}"`;
  if (inner.kind === 'named') return `named location "${inner.text}" can be on the server level only`;
  // A regular expression may say anything; nginx compares the text of a regex location that holds others, too.
  if (inner.kind === 'regex' || inner.text.startsWith(outer.text)) return null;
  return `location "${inner.text}" is outside location "${outer.text}"`;
}

const GROUP_NAME = /\(\?(?:P?<|')([A-Za-z_]\w*)/g;

/** The named groups of an expression are variables. @param pattern as PCRE gets it */
export function checkRegex(at: Word, pattern: string, { memory, report }: Pick<Place, 'memory' | 'report'>): void {
  for (const [, name = ''] of pattern.matchAll(GROUP_NAME)) memory.defines(`$${name}`);
  const says = regexFault(pattern);
  if (says !== null) report.refuse(at, `pcre2_compile() failed: ${says}`);
}

/** Two locations of one block that answer to the same name. nginx looks when all is read, and names the line of the second. */
export function checkDuplicateLocations(locations: readonly Directive[], report: Report): void {
  const seen = new Map<Directive | null, Map<string, Directive>>();
  for (const directive of locations) {
    const name = locationName(directive);
    if (name === null || name.kind === 'regex' || name.kind === 'named' || name.kind === 'predicate') continue;
    const inBlock = seen.get(directive.parent) ?? new Map<string, Directive>();
    seen.set(directive.parent, inBlock);
    const key = `${name.kind === 'exact' ? '=' : ''} ${name.text}`;
    if (inBlock.has(key)) {
      const { file, line } = directive.span.source.position(directive.span.start);
      report.refuse(directive, `duplicate location "${name.text}" in ${file}:${line}`);
    } else inBlock.set(key, directive);
  }
}
