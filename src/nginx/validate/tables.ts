import { parseNumber } from '../directives/values.ts';
import type { Directive, Word } from '../parse/tree.ts';
import { checkRegex } from './locations.ts';
import type { Check, Place } from './place.ts';
import { holdsPlaceholder, type Report } from './report.ts';
import { checkText } from './slot.ts';
import { definesVariable } from './variables.ts';

/** Blocks that are tables: `map`, `geo`, `split_clients`, `types`, `charset_map`. Their lines are no directives. */

type Table = Place;

export const checkTable: Check = (place) => {
  const children = place.directive.block?.children ?? [];
  const read = READERS[place.directive.name];
  for (const line of children) {
    // nginx's reader itself refuses a block in a table.
    if (line.block !== null) place.report.refuse(line.nameWord, 'unexpected "{"');
  }
  read?.(
    place,
    children.filter(({ block }) => block === null),
  );
};

type Reader = (table: Table, lines: readonly Directive[]) => void;

const READERS: Readonly<Record<string, Reader>> = {
  map: readMap,
  geo: readGeo,
  split_clients: readSplit,
  types: readTypes,
};

const isPlain = ({ nameWord, args }: Directive): boolean => !holdsPlaceholder(nameWord) && !args.some(holdsPlaceholder);

function names(table: Table, at: Word | undefined): boolean {
  return at !== undefined && !holdsPlaceholder(at) && definesVariable(at, table);
}

function readMap(table: Table, lines: readonly Directive[]): void {
  const { directive, memory, report } = table;
  const [source, variable] = directive.args;
  if (source === undefined || variable === undefined) return;
  checkText(source, report);
  memory.uses(source);
  if (!names(table, variable)) return;
  const hostnames = lines.some(({ name, args }) => name === 'hostnames' && args.length === 0);
  const seen = new Set<string>();
  for (const line of lines) readMapLine(line, hostnames, seen, table);
}

const MAP_WORDS: ReadonlySet<string> = new Set(['hostnames', 'volatile']);

function readMapLine(line: Directive, hostnames: boolean, seen: Set<string>, { memory, report }: Table): void {
  const { name, nameWord, args } = line;
  const [value] = args;
  if (!isPlain(line) || (MAP_WORDS.has(name) && value === undefined)) return;
  if (value === undefined || args.length !== 1) {
    report.refuse(nameWord, 'invalid number of the map parameters');
    return;
  }
  if (name === 'include') return;
  checkText(value, report);
  memory.uses(value);
  if (name.startsWith('~')) checkRegex(nameWord, name.slice(name[1] === '*' ? 2 : 1), { memory, report });
  else if (name === 'default') refuseSecond('', 'duplicate default map parameter', line, seen, report);
  else if (!hostnames) {
    // nginx compares the keys without their case.
    const key = (name.startsWith('\\') ? name.slice(1) : name).toLowerCase();
    refuseSecond(`=${key}`, `conflicting parameter "${key}"`, line, seen, report);
  }
}

function refuseSecond(key: string, says: string, { nameWord }: Directive, seen: Set<string>, report: Report): void {
  if (seen.has(key)) report.refuse(nameWord, says);
  seen.add(key);
}

const GEO_WORDS: ReadonlySet<string> = new Set(['ranges', 'proxy_recursive', 'volatile']);

function readGeo(table: Table, lines: readonly Directive[]): void {
  const { directive, memory, report } = table;
  const [first, second] = directive.args;
  if (!names(table, second ?? first)) return;
  if (second !== undefined && first !== undefined) memory.uses(first);
  let ranges = false;
  for (const line of lines) {
    const { name, nameWord, args } = line;
    if (!isPlain(line) || (GEO_WORDS.has(name) && args.length === 0)) {
      ranges ||= name === 'ranges';
      continue;
    }
    if (args.length !== 1) report.refuse(nameWord, 'invalid number of the geo parameters');
    else if (!GEO_KEYS.has(name) && !ranges && !mayBeNetwork(name)) {
      report.refuse(nameWord, `invalid network "${name}"`);
    }
  }
}

const GEO_KEYS: ReadonlySet<string> = new Set(['include', 'proxy', 'delete', 'default']);

/** An address of either family, with or without a prefix length; nginx's own reader is stricter. */
const mayBeNetwork = (text: string): boolean => /^[0-9a-fA-F:.]+(?:\/[0-9.a-fA-F:]+)?$/.test(text);

/** nginx counts percents in hundredths. */
const WHOLE = 10_000;

function readSplit(table: Table, lines: readonly Directive[]): void {
  const { directive, memory, report } = table;
  const [source, variable] = directive.args;
  if (source === undefined) return;
  checkText(source, report);
  memory.uses(source);
  if (!names(table, variable)) return;
  let sum = 0;
  for (const line of lines) {
    if (!isPlain(line)) return;
    const percent = line.name === '*' ? 0 : percentOf(line.name);
    if (line.args.length !== 1 || percent === null) {
      report.refuse(line.nameWord, `invalid percent value "${line.name}"`);
      return;
    }
    sum += percent;
  }
  if (sum > WHOLE) report.refuse(directive, 'percent total is greater than 100%');
}

/** @returns hundredths of a percent */
function percentOf(text: string): number | null {
  const [, whole = '', fraction = ''] = /^(\d+)(?:\.(\d{1,2}))?%$/.exec(text) ?? [];
  const percent = parseNumber(whole + fraction.padEnd(2, '0'));
  return percent === null || percent === 0 ? null : percent;
}

function readTypes({ report }: Table, lines: readonly Directive[]): void {
  for (const line of lines) {
    if (line.name === 'include' && line.args.length !== 1) {
      report.refuse(line.nameWord, 'invalid number of arguments in "include" directive');
    }
  }
}
