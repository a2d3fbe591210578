import { accessSync, constants, statSync } from 'node:fs';
import { type Address, collides, formatAddress, reaches } from './address.ts';
import type { ServeSettings, TapSettings } from './serve-settings.ts';

/** What is wrong between two values that are each right. */
export interface Conflict {
  /** The tap whose value it is, or null for a setting of the whole. */
  readonly tap: string | null;
  /** The key to point at. */
  readonly key: 'name' | 'listen' | 'target' | 'cert' | 'key' | 'ca' | 'page' | 'dead-after';
  readonly says: string;
}

/** The first conflict in the settings, or null. Reads nothing; {@link unreadableFile} does. */
export function findConflict(settings: ServeSettings): Conflict | null {
  const { taps } = settings;
  const page = settings.page?.listen ?? null;
  for (const [i, tap] of taps.entries()) {
    const before = taps.slice(0, i);
    const sameName = before.some((other) => other.name === tap.name);
    if (sameName) return { tap: tap.name, key: 'name', says: `two taps are named "${tap.name}"` };
    const rival = before.find((other) => collides(other.listen, tap.listen));
    if (rival !== undefined) {
      return {
        tap: tap.name,
        key: 'listen',
        says: `tap "${rival.name}" listens on ${formatAddress(rival.listen)} already`,
      };
    }
    if (page !== null && collides(page, tap.listen)) {
      return { tap: tap.name, key: 'listen', says: `the page listens on ${formatAddress(page)} already` };
    }
    const loop = findLoop(tap, taps, page);
    if (loop !== null) return { tap: tap.name, key: 'target', says: loop };
  }
  if (settings.deadAfter !== null && settings.keepaliveMs.client === null && settings.keepaliveMs.server === null) {
    return { tap: null, key: 'dead-after', says: 'missed pongs can only be counted with keepalive on' };
  }
  return null;
}

/** Follows a tap's target through the other taps: a circle would relay each connection into itself until descriptors run out. */
function findLoop(start: TapSettings, taps: readonly TapSettings[], page: Address | null): string | null {
  const passed: TapSettings[] = [];
  let here: TapSettings | undefined = start;
  while (here !== undefined && !passed.includes(here)) {
    const target: Address = here.target;
    if (page !== null && reaches(target, page)) return `${formatAddress(target)} is hangup's own page`;
    passed.push(here);
    here = taps.find((tap) => reaches(target, tap.listen));
  }
  if (here !== start) return null;
  if (passed.length === 1) return `${formatAddress(start.target)} is this tap itself`;
  return `leads back to this tap: ${[...passed, start].map((tap) => tap.name).join(' → ')}`;
}

/** The first certificate, key or authority file that cannot be read, or null. Whether its content is good is for TLS to say. */
export function unreadableFile({ taps, page }: Pick<ServeSettings, 'taps' | 'page'>): Conflict | null {
  for (const file of [page?.tls?.cert, page?.tls?.key]) {
    const problem = file === undefined ? null : whyUnreadable(file);
    if (problem !== null) return { tap: null, key: 'page', says: `${file} ${problem}` };
  }
  for (const { name, tls, targetTls } of taps) {
    const files = [
      ['cert', tls?.cert],
      ['key', tls?.key],
      ['ca', targetTls?.ca],
    ] as const;
    for (const [key, file] of files) {
      const problem = file === undefined || file === null ? null : whyUnreadable(file);
      if (problem !== null) return { tap: name, key, says: `${file} ${problem}` };
    }
  }
  return null;
}

function whyUnreadable(file: string): string | null {
  try {
    accessSync(file, constants.R_OK);
    return statSync(file).isDirectory() ? 'is a folder, not a file' : null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT') return 'does not exist';
    return code === 'EACCES' ? 'may not be read by this user' : `cannot be read (${code})`;
  }
}
