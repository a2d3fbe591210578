import { insertBefore, insertFirst, insertTop, replaceWord } from '../fix/edits.ts';
import type { Directive } from '../parse/tree.ts';
import { droppedHeaders, meansUpgrade } from './dropped-headers.ts';
import { connectionArrives, headerName, headerValue, proxied, sourceText, upgradeArrives } from './forwarding.ts';
import { isForSocketsOnly } from './pattern.ts';
import type { Edit, SocketPath, View } from './rule.ts';
import { mapsOfUpgrade } from './upgrade-map.ts';
import { isDefined } from './variables.ts';

/**
 * The lines that a location lacks to pass a WebSocket on. One mend for all rules that miss a header there, the same to the
 * byte: two mends of one location would set Host twice, and Mattermost answers 400 to that.
 */

export interface Mend {
  /** As it would be typed. */
  readonly fix: string;
  /** Empty where a person must choose. */
  readonly edits: readonly Edit[];
}

/** What each header is, where it is missing; Connection is chosen by {@link connectionValue}. */
const VALUES = { upgrade: ['Upgrade', '$http_upgrade'], host: ['Host', '$http_host'] } as const;

/**
 * @param path one that nginx passes on
 * @returns Upgrade, Connection and Host where they are missing or wrong, together with what the location inherited and
 * would lose by them (proxy_set_header is inherited whole or not at all)
 */
export function headerMend(view: View, path: SocketPath): Mend {
  const outcome = proxied(path);
  const { location, effective } = path.resolution;
  if (outcome === null || location === null) return { fix: '', edits: [] };
  const inForce = effective.all('proxy_set_header');
  const ownLevel = inForce[0]?.parent === location;
  const here = ownLevel ? inForce : [];
  const isWrong = (line: Directive): boolean => failsHandshake(view, path, line);
  const lost = droppedHeaders(view, path)?.lost ?? [];
  const outside = [...(ownLevel ? [] : inForce), ...lost].filter((line) => !isWrong(line));
  const wrong = here.filter(isWrong);
  const names = new Set(here.map(headerName));
  const inherited = outside.filter((line) => !names.has(headerName(line)));
  for (const line of inherited) names.add(headerName(line));

  const shared = wrong.some(({ includedBy }) => includedBy !== location.includedBy);
  const connection = connectionValue(view, shared ? null : location);
  const rightValue = (name: string): string => (name === 'connection' ? connection.text : VALUES.upgrade[1]);
  const replaced = wrong.flatMap((line) => {
    const value = line.args[1];
    return value === undefined ? [] : [replaceWord(value, rightValue(headerName(line)))];
  });
  const missing = [
    ...(names.has('upgrade') ? [] : [headerLine(...VALUES.upgrade)]),
    ...(names.has('connection') ? [] : [headerLine('Connection', connection.text)]),
    ...(names.has('host') ? [] : [headerLine(...VALUES.host)]),
  ];
  const added = [...inherited.map(sourceText), ...missing];
  const setsConnection = !names.has('connection') || wrong.some((line) => headerName(line) === 'connection');
  const map = setsConnection ? connection.map : null;
  const rewritten = wrong.map((line) => headerLine(line.args[0]?.text ?? '', rightValue(headerName(line))));
  const inLocation = [...rewritten, ...added];
  return {
    fix: (map === null ? inLocation : ['# in http', ...map.lines, '# in the location', ...inLocation]).join('\n'),
    edits: [
      ...(map === null ? [] : [map.edit]),
      ...replaced,
      ...(added.length === 0 ? [] : [insertInto(location, outcome.pass, added)]),
    ],
  };
}

/** Beside proxy_pass, which people read last; at the location's beginning where it stands in an `if`. */
export const insertInto = (location: Directive, pass: Directive, lines: readonly string[]): Edit =>
  pass.parent === location ? insertBefore(pass, lines) : insertFirst(location, lines);

export interface MapToAdd {
  readonly lines: readonly string[];
  readonly edit: Edit;
}

/** @param variable without its `$` @returns null where there is no place for a map */
export function mapToAdd(view: View, variable: string): MapToAdd | null {
  const lines = [`map $http_upgrade $${variable} {`, '    default upgrade;', "    '' '';", '}'];
  if (view.http.block !== null) return { lines, edit: insertFirst(view.http.block, lines) };
  const [main] = view.configuration.files;
  return main === undefined ? null : { lines, edit: insertTop(main, lines) };
}

/**
 * `upgrade` itself where only WebSockets come by, else a map: plain requests through the same location must not say upgrade.
 * @param location null for a line in a file that several locations include
 * @returns how the value is written, and the map that it needs where there is none
 */
function connectionValue(
  view: View,
  location: Directive | null,
): { readonly text: string; readonly map: MapToAdd | null } {
  const map = mapsOfUpgrade(view).find(({ value }) => value('websocket')?.toLowerCase() === 'upgrade');
  if (map !== undefined) return { text: `$${map.variable}`, map: null };
  if (location !== null && isForSocketsOnly(location)) return { text: '"upgrade"', map: null };
  // What has that name already stays, for whoever uses it: a map of something else, or one that says something else.
  const taken = isDefined(view, 'connection_upgrade');
  const variable = taken ? 'websocket_connection' : 'connection_upgrade';
  return { text: `$${variable}`, map: mapToAdd(view, variable) };
}

/** A line that sets one of the handshake's headers to what the backend refuses. */
function failsHandshake(view: View, path: SocketPath, line: Directive): boolean {
  const name = headerName(line);
  if (name === 'upgrade') return upgradeArrives(path) === 'lost' && headerValue(line) !== '$http_upgrade';
  if (name !== 'connection') return false;
  return connectionArrives(path) === 'lost' && !meansUpgrade(view, headerValue(line));
}

const headerLine = (name: string, value: string): string => `proxy_set_header ${name} ${value};`;
