import { resolve } from 'node:path';
import { pageFromBase } from './page.ts';

/**
 * Every setting of `serve`, once. The same name is the flag, the key in hangup.yaml, and, in capitals, the variable:
 * `--max-disk`, `max-disk:`, `HANGUP_MAX_DISK`.
 */
export const SETTINGS = {
  listen: { argument: '<address>', default: null, says: 'listen here, as the one tap named "gateway"' },
  target: { argument: '<url>', default: null, says: 'relay it to this server, http:// or https://' },
  behind: { argument: '<hop>', default: null, says: 'what stands on the client side of it, such as nginx' },
  before: { argument: '<hop>', default: null, says: 'what stands on the server side of it, such as nginx' },
  forwarded: {
    argument: '<append|off>',
    default: null,
    says: 'append X-Forwarded-For, for a tap that faces the clients',
  },
  page: {
    argument: '<address|off>',
    default: '127.0.0.1:8067',
    says: 'inspector page; ADDRESS,cert=FILE,key=FILE for https',
  },
  'page-host': {
    argument: '<names>',
    default: null,
    says: 'names, with commas between, under which the page may be opened beside localhost and addresses',
  },
  data: { argument: '<dir>', default: './hangup-data', says: 'where the journal is kept' },
  keepalive: {
    argument: '<interval|off>',
    default: '30s',
    says: "hangup's own pings: 30s, off, or client=30s,server=off",
  },
  'dead-after': { argument: '<n|off>', default: 'off', says: 'close a connection after n missed pongs' },
  payload: { argument: '<none|events|full>', default: 'events', says: 'what is kept of payloads' },
  keep: { argument: '<duration>', default: '7d', says: 'forget closed connections after this time' },
  'max-disk': { argument: '<size>', default: '2GiB', says: 'forget the oldest closed connections beyond this size' },
  'max-connections': { argument: '<n|none>', default: 'none', says: 'refuse more open connections than this' },
  drain: { argument: '<duration>', default: '10s', says: 'how long a shutdown may take, 10s at most' },
  'log-level': { argument: '<level>', default: 'info', says: 'fatal, error, warn, info, debug, trace or silent' },
  // No flag: a command line can be read by every user of the machine.
  token: { argument: null, default: null, says: 'the token of the inspector; made anew at each start when not set' },
} as const satisfies Record<string, SettingEntry>;

interface SettingEntry {
  /** What follows the flag; null when there is no flag. */
  readonly argument: string | null;
  readonly default: string | null;
  readonly says: string;
}

export type SettingName = keyof typeof SETTINGS;

export const SETTING_NAMES = Object.keys(SETTINGS).filter(isSettingName);

export function isSettingName(word: string): word is SettingName {
  return Object.hasOwn(SETTINGS, word);
}

/** The settings that make the one tap "gateway" when there is no list of taps. */
export const SINGLE_TAP_NAMES = ['listen', 'target', 'behind', 'before', 'forwarded'] as const satisfies SettingName[];

const TAP_KEYS = [
  'listen',
  'target',
  'behind',
  'before',
  'cert',
  'key',
  'ca',
  'insecure',
  'servername',
  'forwarded',
  'idle',
] as const;

/** A key of one tap in `--tap name,KEY=…` and in the file's list of taps. */
export type TapKey = (typeof TAP_KEYS)[number];

export { TAP_KEYS };

export function isTapKey(word: string): word is TapKey {
  return TAP_KEYS.some((key) => key === word);
}

export const variableOf = (name: string): string => `HANGUP_${name.toUpperCase().replaceAll('-', '_')}`;

const PATHS: ReadonlySet<SettingName | TapKey> = new Set(['data', 'cert', 'key', 'ca']);

/** Makes the paths in the value of a setting absolute; everything else is left as it is. @param base what it is relative to */
export function fromBase(name: SettingName | TapKey, value: unknown, base: string): unknown {
  if (typeof value !== 'string' || value === '') return value;
  if (name === 'page') return pageFromBase(value, base);
  return PATHS.has(name) ? resolve(base, value) : value;
}
