import type { Directive, Word } from '../parse/tree.ts';
import { hasToken, proxied, sentHeaders, variablesIn } from './forwarding.ts';
import { lineMatches } from './pattern.ts';
import type { Site, View } from './rule.ts';

/** The map of $http_upgrade that most configurations set Connection by, read as ngx_http_map_module reads it. */

export interface UpgradeMap {
  readonly directive: Directive;
  /** Without its `$`, in lower case. */
  readonly variable: string;
  /** What the map makes of an Upgrade header; null where that cannot be told. */
  value(upgrade: string): string | null;
  /** The line that decides for an Upgrade header; null where no line does and the value is empty. */
  line(upgrade: string): MapLine | null;
}

export interface MapLine {
  readonly directive: Directive;
  /** `default`, or the value that is compared. */
  readonly key: string;
  readonly value: Word;
}

const FLAGS: ReadonlySet<string> = new Set(['hostnames', 'volatile', 'include']);

/** @returns the maps of `$http_upgrade` that stand in http, in the order of the file */
export function mapsOfUpgrade(view: View): readonly UpgradeMap[] {
  let maps = known.get(view);
  if (maps === undefined) {
    maps = readMaps(view);
    known.set(view, maps);
  }
  return maps;
}

const known = new WeakMap<View, readonly UpgradeMap[]>();

function readMaps(view: View): readonly UpgradeMap[] {
  return view.every('map').flatMap((directive) => {
    const [source, variable] = directive.args;
    if (directive.parent !== view.http.block || source === undefined || variable === undefined) return [];
    if (!/^\$\{?http_upgrade\}?$/.test(source.text) || !variable.text.startsWith('$')) return [];
    return [upgradeMap(directive, variable.text.slice(1).toLowerCase())];
  });
}

/** @returns those of them that make the Connection header of some WebSocket */
export function mapsInUse(view: View): readonly UpgradeMap[] {
  return mapsOfUpgrade(view).filter(({ variable }) =>
    view.sites.some(({ socket }) => makesConnection([socket], variable)),
  );
}

/** @returns whether a plain request, too, gets its Connection header from the map, and it says that token */
export const plainRequestsGet = (sites: readonly Site[], variable: string, token: string): boolean =>
  sites.some(({ plain }) => makesConnection(plain, variable, token));

function makesConnection(paths: Site['plain'], variable: string, token: string | null = null): boolean {
  return paths.some((path) => {
    const outcome = proxied(path);
    if (outcome === null) return false;
    return sentHeaders(outcome, 'connection').some(
      ({ written, value }) =>
        variablesIn(written).includes(variable) && (token === null || (value !== null && hasToken(value, token))),
    );
  });
}

function upgradeMap(directive: Directive, variable: string): UpgradeMap {
  const children = directive.block?.children ?? [];
  const lines = children.flatMap((child): MapLine[] => {
    const [value] = child.args;
    return FLAGS.has(child.name) || value === undefined ? [] : [{ directive: child, key: child.nameWord.text, value }];
  });
  const unread = children.some(
    (child) => child.name === 'include' && !children.some(({ includedBy }) => includedBy === child),
  );
  const decide = (upgrade: string): MapLine | 'unknown' | null => {
    const exact = lines.find(({ key }) => key !== 'default' && unescaped(key).toLowerCase() === upgrade.toLowerCase());
    if (exact !== undefined) return exact;
    if (unread) return 'unknown';
    for (const line of lines.filter(({ key }) => key.startsWith('~'))) {
      const matches = lineMatches(line.directive, upgrade);
      if (matches === null) return 'unknown';
      if (matches) return line;
    }
    return lines.find(({ key }) => key === 'default') ?? null;
  };
  return {
    directive,
    variable,
    line: (upgrade) => {
      const line = decide(upgrade);
      return line === 'unknown' ? null : line;
    },
    value: (upgrade) => {
      const line = decide(upgrade);
      if (line === 'unknown') return null;
      if (line === null) return '';
      return line.value.text.includes('$') ? null : line.value.text;
    },
  };
}

/** `\default` is the word "default" itself. */
const unescaped = (key: string): string => (key.startsWith('\\') ? key.slice(1) : key);
