import { parseNumber, parseSize } from '../directives/values.ts';
import type { Directive, Word } from '../parse/tree.ts';
import type { Check, Place } from './place.ts';
import { holdsPlaceholder, type Report } from './report.ts';
import { checkText } from './slot.ts';
import { LEAST_ZONE } from './upstreams.ts';

/** `limit_req`, `limit_conn`, caches, and the shared memory that they name. */

/** `limit_req_zone KEY zone=NAME:SIZE rate=…` and `limit_conn_zone KEY zone=NAME:SIZE`. */
export const checkLimitZone: Check = ({ directive, memory, report }) => {
  const [key, ...parameters] = directive.args;
  if (key === undefined || directive.args.some(holdsPlaceholder)) return;
  checkText(key, report);
  memory.uses(key);
  let name: string | null = null;
  for (const word of parameters) {
    const { text } = word;
    if (text.startsWith('zone=')) {
      name = zoneName(word, memory.zones, directive, report);
      if (name === null) return;
    } else if (directive.name === 'limit_req_zone' && text.startsWith('rate=')) {
      if ((parseNumber(text.slice('rate='.length).replace(/r\/[sm]$/, '')) ?? 0) > 0) continue;
      report.refuse(word, `invalid rate "${text}"`);
      return;
    } else {
      report.refuse(word, `invalid parameter "${text}"`);
      return;
    }
  }
  if (name === null || name === '') report.refuse(directive, `"${directive.name}" must have "zone" parameter`);
};

/** @returns null where it was refused */
function zoneName(
  word: Word,
  zones: Map<string, string>,
  { name: directive, args }: Directive,
  report: Report,
): string | null {
  const value = word.text.slice('zone='.length);
  const colon = value.indexOf(':');
  const size = colon === -1 ? null : parseSize(value.slice(colon + 1));
  const name = value.slice(0, colon);
  const says =
    size === null
      ? `invalid zone size "${word.text}"`
      : size < LEAST_ZONE
        ? `zone "${word.text}" is too small`
        : zones.has(name)
          ? `${directive} "${name}" is already bound to key "${zones.get(name)}"`
          : null;
  if (says !== null) report.refuse(word, says);
  else zones.set(name, args[0]?.text ?? '');
  return says === null ? name : null;
}

export const checkLimitReq: Check = (place) => {
  const { directive, memory, report } = place;
  if (directive.args.some(holdsPlaceholder)) return;
  let zone: string | null = null;
  for (const word of directive.args) {
    const [name = '', value = ''] = word.text.split(/=(.*)/s, 2);
    if (name === 'zone') {
      zone = value;
      memory.usedZones.set(value, word);
    } else if (name === 'burst' || name === 'delay') {
      if ((parseNumber(value) ?? 0) > 0) continue;
      report.refuse(word, `invalid ${name} value "${word.text}"`);
      return;
    } else if (word.text !== 'nodelay') {
      report.refuse(word, `invalid parameter "${word.text}"`);
      return;
    }
  }
  if (zone === null) report.refuse(directive, '"limit_req" must have "zone" parameter');
  else refuseSecondZone(place, zone);
};

/** The most connections of one key (ngx_http_limit_conn). */
const MOST_CONNECTIONS = 65_535;

export const checkLimitConn: Check = (place) => {
  const { directive, memory, report } = place;
  const [zone, count] = directive.args;
  if (zone === undefined || count === undefined || directive.args.some(holdsPlaceholder)) return;
  memory.usedZones.set(zone.text, zone);
  if (!refuseSecondZone(place, zone.text)) return;
  const connections = parseNumber(count.text) ?? 0;
  if (connections === 0) report.refuse(count, `invalid number of connections "${count.text}"`);
  else if (connections > MOST_CONNECTIONS) report.refuse(count, 'connection limit must be less 65536');
};

/** @returns false where it was refused */
function refuseSecondZone({ directive, level, report }: Place, zone: string): boolean {
  const key = `${directive.name} ${zone}`;
  const known = level.once.has(key);
  level.once.set(key, directive);
  if (known) report.refuse(directive.nameWord, `"${directive.name}" directive is duplicate`);
  return !known;
}

/** `proxy_cache_path PATH keys_zone=NAME:SIZE …` and its kin. */
export const checkCachePath: Check = ({ directive, memory, report }) => {
  if (directive.args.some(holdsPlaceholder)) return;
  const zone = directive.args.find(({ text }) => text.startsWith('keys_zone='));
  if (zone === undefined) {
    report.refuse(directive, `"${directive.name}" must have "keys_zone" parameter`);
    return;
  }
  const [name = '', size] = zone.text.slice('keys_zone='.length).split(/:(.*)/s, 2);
  if (size === undefined || (parseSize(size) ?? 0) <= 2 * 4096) {
    report.refuse(zone, `invalid keys zone size "${zone.text}"`);
  } else memory.zones.set(name, '');
};

export const checkCache: Check = ({ directive, memory, report }) => {
  const [zone] = directive.args;
  if (zone === undefined || holdsPlaceholder(zone) || zone.text === 'off') return;
  if (zone.text.includes('$')) {
    checkText(zone, report);
    memory.uses(zone);
  } else memory.usedCaches.push({ directive, zone });
};

/** Zones that were named and that nothing gives a size. nginx looks when all is read. */
export function checkZones({ memory, report }: Pick<Place, 'memory' | 'report'>): void {
  for (const { directive, zone } of memory.usedCaches) {
    if (!memory.zones.has(zone.text)) report.refuse(zone, `"${directive.name}" zone "${zone.text}" is unknown`);
  }
  for (const [name, word] of memory.usedZones) {
    if (!memory.zones.has(name)) report.refuse(word, `zero size shared memory zone "${name}"`);
  }
}
