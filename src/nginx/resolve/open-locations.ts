import type { Location } from './locations.ts';

/** A location whose name a template leaves open: `location ${BASE}/api/ {`, `location ~ ^/%%PATH%%`. */
export interface OpenLocation {
  readonly location: Location;
  /** What the name may be, its fixed parts where they stand; null of a regular expression, which may be any. */
  readonly pattern: RegExp | null;
}

/** What templates leave for another program to fill in. nginx evaluates no variable in a location's name. */
const PLACEHOLDER = /\$\{[A-Z_][A-Z0-9_]*\}|\{\{.*?\}\}|<%.*?%>|%%\w+%%|@@\w+@@/;

/** @returns null where the name is there */
export function openLocation(location: Location): OpenLocation | null {
  const { kind, name } = location;
  const parts = name.split(PLACEHOLDER);
  if (parts.length === 1) return null;
  if (kind === 'regex' || kind === 'regex-caseless') return { location, pattern: null };
  const whole = kind === 'prefix' || kind === 'prefix-no-regex' ? '' : '$';
  return { location, pattern: new RegExp(`^${parts.map(literal).join('[^]*')}${whole}`) };
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** @returns how much of the path the name may be at most; -1 where it cannot match */
export const mayMatch = ({ pattern }: OpenLocation, uri: string): number =>
  pattern === null ? uri.length : (pattern.exec(uri)?.[0].length ?? -1);
