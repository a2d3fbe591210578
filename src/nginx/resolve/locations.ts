import type { Directive } from '../parse/tree.ts';
import { asBytes } from './bytes.ts';
import { type OpenLocation, openLocation } from './open-locations.ts';
import { type RefusedRegex, type Regex, regexOf } from './regex/regex.ts';
import { childrenOf, named } from './tree.ts';

/** The locations of one level, ready to be searched. */
export interface Locations {
  readonly exact: ReadonlyMap<string, Location>;
  readonly prefixes: ReadonlyMap<string, Location>;
  readonly longestPrefix: number;
  /** In the order of the file. */
  readonly regexes: readonly (Location & { readonly regex: Regex | RefusedRegex; readonly isOpen: boolean })[];
  /** `location $variable`: a condition since 1.31.5, a prefix that no path has before. */
  readonly predicates: readonly Location[];
  /** `@fallback`, of a server's own level. */
  readonly named: ReadonlyMap<string, Location>;
  /** Those that a template leaves open, and that are none of the others but for patterns, which stand in their order. */
  readonly open: readonly OpenLocation[];
}

export interface Location {
  readonly directive: Directive;
  readonly kind: LocationKind;
  /** What stands after the modifier, one character a byte. */
  readonly name: string;
}

export type LocationKind = 'exact' | 'prefix' | 'prefix-no-regex' | 'regex' | 'regex-caseless' | 'named';

const MODIFIERS: Readonly<Record<string, LocationKind>> = {
  '=': 'exact',
  '^~': 'prefix-no-regex',
  '~': 'regex',
  '~*': 'regex-caseless',
};

/** A modifier may stand alone or before the name without a space (ngx_http_core_location). */
export function readLocation(directive: Directive): Location {
  const [first = '', second] = directive.args.map(({ text }) => asBytes(text));
  if (second !== undefined) return { directive, kind: MODIFIERS[first] ?? 'prefix', name: second };
  const [modifier = ''] = /^(=|\^~|~\*|~)/.exec(first) ?? [];
  const kind = MODIFIERS[modifier] ?? (first.startsWith('@') ? 'named' : 'prefix');
  return { directive, kind, name: first.slice(modifier.length) };
}

const known = new WeakMap<readonly Directive[], Locations>();

/** @param parent a server or a location */
export function locationsIn(parent: Directive): Locations {
  const level = childrenOf(parent);
  let locations = known.get(level);
  if (locations === undefined) {
    locations = sorted(
      named(level, 'location')
        .filter(({ block }) => block !== null)
        .map(readLocation),
    );
    known.set(level, locations);
  }
  return locations;
}

function sorted(all: readonly Location[]): Locations {
  const exact = new Map<string, Location>();
  const prefixes = new Map<string, Location>();
  const byName = new Map<string, Location>();
  const regexes: (Location & { regex: Regex | RefusedRegex; isOpen: boolean })[] = [];
  const open: OpenLocation[] = [];
  let longestPrefix = 0;
  for (const location of all) {
    const { kind, name } = location;
    const left = openLocation(location);
    if (left !== null) open.push(left);
    if (kind === 'regex' || kind === 'regex-caseless') {
      regexes.push({ ...location, regex: regexOf(name, kind === 'regex-caseless'), isOpen: left !== null });
    } else if (left !== null) continue;
    else if (kind === 'exact') setOnce(exact, name, location);
    else if (kind === 'named') setOnce(byName, name, location);
    else {
      setOnce(prefixes, name, location);
      longestPrefix = Math.max(longestPrefix, name.length);
    }
  }
  const predicates = [...prefixes.values()].filter(({ kind, name }) => kind === 'prefix' && name.startsWith('$'));
  return { exact, prefixes, longestPrefix, regexes, predicates, named: byName, open };
}

/** nginx refuses a duplicate; the first is as good as any. */
function setOnce(map: Map<string, Location>, name: string, location: Location): void {
  if (!map.has(name)) map.set(name, location);
}
