import type { Directive, Span } from '../parse/tree.ts';
import { asBytes } from '../resolve/bytes.ts';
import { regexOf } from '../resolve/regex/regex.ts';
import { uriPart } from './pass-uri.ts';

/** Whether a location, or a line of a map, is made for some text. */

/** @param line of a map, whose name is `~regex` or `~*regex` @returns null where we cannot tell */
export function lineMatches(line: Directive, text: string): boolean | null {
  const caseless = line.name.startsWith('~*');
  return matchesRegex(line.name.slice(caseless ? 2 : 1), text, caseless);
}

/** Words of a location: `= /x`, `^~ /x`, `~ x`, `~* x`, `@x`, `/x`, also without the blank (`=/x`), as nginx takes both. */
export interface LocationPattern {
  readonly kind: 'exact' | 'prefix' | 'first-prefix' | 'regex' | 'regex-any-case' | 'named';
  readonly text: string;
}

const MODIFIERS: readonly (readonly [string, LocationPattern['kind']])[] = [
  ['=', 'exact'],
  ['^~', 'first-prefix'],
  ['~*', 'regex-any-case'],
  ['~', 'regex'],
];

/** @param location a location directive */
export function locationPattern(location: Directive): LocationPattern {
  const [first, second] = location.args.map(({ text }) => text);
  for (const [modifier, kind] of MODIFIERS) {
    if (second !== undefined && first === modifier) return { kind, text: second };
    if (second === undefined && first?.startsWith(modifier) === true)
      return { kind, text: first.slice(modifier.length) };
  }
  const text = second ?? first ?? '';
  return { kind: text.startsWith('@') ? 'named' : 'prefix', text };
}

/** @param path without a query @returns whether the location could take the path, were no other there; null where we cannot tell */
export function locationMatches(location: Directive, path: string): boolean | null {
  const { kind, text } = locationPattern(location);
  switch (kind) {
    case 'exact':
      return path === text;
    case 'prefix':
    case 'first-prefix':
      return path.startsWith(text);
    case 'regex':
    case 'regex-any-case':
      return matchesRegex(text, path, kind === 'regex-any-case');
    case 'named':
      return false;
  }
}

/** Whether it is made for the WebSocket alone, by its name. */
export const isForSocketsOnly = (location: Directive): boolean => /websocket/i.test(locationPattern(location).text);

/** The words between `location` and its `{`. */
export function patternSpan({ args }: Directive): Span | null {
  const [first, last] = [args[0], args.at(-1)];
  if (first === undefined || last === undefined) return null;
  return { source: first.span.source, start: first.span.start, end: last.span.end };
}

/**
 * @returns whether another pattern would change what the location does: it has captures that its lines use, a proxy_pass whose
 * URI part takes the prefix's place, or locations in it
 */
export function hangsOnItsPattern(location: Directive): boolean {
  if (locationPattern(location).kind === 'named') return true;
  return (location.block?.children ?? []).some(
    ({ name, args }) =>
      name === 'location' ||
      args.some(({ text }) => /\$\{?\d/.test(text)) ||
      (name === 'proxy_pass' && uriPart(args[0]?.text ?? '') !== null),
  );
}

/** @returns null for a pattern that we cannot follow, or that would take too long */
function matchesRegex(pattern: string, text: string, caseless: boolean): boolean | null {
  const regex = regexOf(asBytes(pattern), caseless);
  if ('refused' in regex) return null;
  const found = regex.exec(asBytes(text));
  return found === 'unsure' ? null : found !== null;
}
