import { type DirectiveInfo, directiveInfo } from '../directives/table.ts';
import type { ConfigError, Configuration, Directive } from '../parse/tree.ts';
import { checkCertificates } from './certificates.ts';
import { type Level, newLevel, readsBlock } from './level.ts';
import { checkZones } from './limits.ts';
import { checkDuplicateLocations } from './locations.ts';
import { Memory } from './memory.ts';
import { checkOnce } from './once.ts';
import type { Place } from './place.ts';
import { lacksFiles, type Options, Report } from './report.ts';
import { checkShape } from './shape.ts';
import { checkSlot } from './slot.ts';
import { specialCheck } from './special.ts';
import { checkVariablesUsed } from './variables.ts';

/**
 * What `nginx -t` would refuse of a configuration that its reader accepts: unknown directives, wrong places, wrong
 * values, names that nothing defines. What depends on the machine (files of certificates, users, names to look up, ports
 * that are taken) is never an error here. In the order in which nginx would come to them.
 *
 * @returns at most 100
 */
export function validate(configuration: Configuration, options: Options): ConfigError[] {
  const report = new Report(options, isPartial(configuration));
  const memory = new Memory();
  walk(configuration, memory, report);
  checkWhole(configuration, memory, report);
  return report.errors;
}

/** Lists that are still to be gone through: a stack and not calls within calls, since blocks may be a thousand deep. */
interface Pending {
  readonly level: Level;
  readonly directives: readonly Directive[];
  next: number;
}

function walk({ directives, context }: Configuration, memory: Memory, report: Report): void {
  const stack: Pending[] = [{ level: newLevel(context, null, null), directives, next: 0 }];
  for (let top = stack.at(-1); top !== undefined && !report.full; top = stack.at(-1)) {
    const directive = top.directives[top.next++];
    if (directive === undefined) stack.pop();
    else {
      const inner = visit(directive, top.level, memory, report);
      if (inner !== null) stack.push({ level: inner, directives: directive.block?.children ?? [], next: 0 });
    }
  }
}

/** @returns the level of its block, where that holds directives that can be looked at */
function visit(directive: Directive, level: Level, memory: Memory, report: Report): Level | null {
  const info = checkShape(directive, level.context, report);
  const place: Place = { directive, level, memory, report };
  if (info !== null && checkOnce(place, info)) checkOwn(place, info);
  const reads = directive.block === null ? null : readsBlock(directive, level.context);
  if (reads?.as !== 'directives') return null;
  if (reads.context === 'server') memory.servers.push(directive);
  return newLevel(reads.context, directive, level);
}

/** Directives that take texts and are refused for them, whose kind does not say that there are variables in them. */
const USES: ReadonlySet<DirectiveInfo['value']> = new Set<DirectiveInfo['value']>(['text', 'texts']);

function checkOwn(place: Place, info: DirectiveInfo): void {
  const { directive, level, memory, report } = place;
  const special = specialCheck(directive.name, level.context);
  if (special === undefined || info.value !== 'custom') checkSlot(directive, info, report);
  if (USES.has(info.value)) for (const word of directive.args) memory.uses(word);
  special?.(place);
}

/** What nginx asks once all is read. */
function checkWhole(configuration: Configuration, memory: Memory, report: Report): void {
  const { directives, context, files } = configuration;
  checkDuplicateLocations(memory.locations, report);
  const http =
    context === 'http' ? directives : (directives.find(({ name }) => name === 'http')?.block?.children ?? []);
  checkCertificates(memory, http, report);
  checkVariablesUsed(memory, report);
  if (!report.partial) checkZones({ memory, report });
  const [main] = files;
  if (
    context === 'main' &&
    main !== undefined &&
    !report.partial &&
    !directives.some(({ name }) => name === 'events')
  ) {
    report.errors.push({ file: main.name, line: 1, column: 1, says: 'no "events" section in configuration' });
  }
}

/** Whether names may be defined where we cannot see it. */
function isPartial(configuration: Configuration): boolean {
  if (configuration.context === 'http' || configuration.errors.length > 0 || lacksFiles(configuration)) return true;
  const waiting = [...configuration.directives];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.name === 'load_module' && !BUNDLED.test(next.args[0]?.text ?? '')) return true;
    if (isStrange(next)) return true;
    if (next.block !== null && !TABLES.has(next.name)) for (const child of next.block.children) waiting.push(child);
  }
  return false;
}

/** nginx's own modules that are built to be loaded. */
const BUNDLED = /ngx_(?:http_(?:geoip|image_filter|perl|xslt_filter)|stream(?:_geoip)?|mail)_module\.so$/;

const TABLES: ReadonlySet<string> = new Set(['map', 'geo', 'types', 'split_clients', 'charset_map']);

/** A module that we know little or nothing of may bring variables, formats and zones. */
function isStrange({ name }: Directive): boolean {
  const known = directiveInfo(name);
  return known.length === 0 || known.every(({ from }) => from !== 'nginx');
}
