import { parseNumber, parseSeconds, parseSize } from '../directives/values.ts';
import type { Directive } from '../parse/tree.ts';
import { backendFault } from './addresses.ts';
import type { Check } from './place.ts';
import { holdsPlaceholder, type Report } from './report.ts';

/** `upstream`, its servers, its zone and its idle connections (ngx_http_upstream.c). */

export const checkUpstream: Check = ({ directive, level, memory, report }) => {
  const [name] = directive.args;
  if (name === undefined || holdsPlaceholder(name)) return;
  const key = `${level.context} ${name.text.toLowerCase()}`;
  if (memory.upstreams.has(key)) report.refuse(name, `duplicate upstream "${name.text}"`);
  memory.upstreams.set(key, directive);
  const children = directive.block?.children ?? [];
  // What a module, a file that we do not see or a template adds may be a server.
  const settled = children.every(({ name: each }) => PLAIN.has(each) || (each === 'include' && !report.partial));
  if (settled && !children.some((child) => child.name === 'server')) {
    report.refuse(directive, 'no servers are inside upstream');
  }
};

/** What an upstream may hold that brings no server with it. */
const PLAIN: ReadonlySet<string> = new Set([
  'server',
  'keepalive',
  'keepalive_timeout',
  'keepalive_requests',
  'keepalive_time',
  'zone',
  'hash',
  'ip_hash',
  'least_conn',
  'random',
]);

/** Parameters of NGINX Plus, and of nginx since the version named (nginx's CHANGES). */
const NEWER: ReadonlyMap<string, string> = new Map([
  ['resolve', '1.27.3'],
  ['service', '1.27.3'],
  ['route', '1.29.6'],
  ['drain', '1.29.6'],
  ['slow_start', '99.0.0'],
]);

export const checkUpstreamServer: Check = ({ directive, level, report }) => {
  const [address, ...parameters] = directive.args;
  if (address === undefined || directive.args.some(holdsPlaceholder)) return;
  const refusesBackup = parameters.some(({ text }) => text === 'backup') && isWithoutBackups(directive);
  for (const parameter of parameters) {
    const { text } = parameter;
    const isBad = !isParameter(text, report);
    if (!isBad && !(text === 'backup' && refusesBackup)) continue;
    const says = isBad ? `invalid parameter "${text}"` : `balancing method does not support parameter "${text}"`;
    report.refuse(parameter, says);
    return;
  }
  const says = backendFault(address.text, false);
  if (says !== null) report.refuse(address, `${says} in upstream "${address.text}"`);
  else if (level.context === 'stream-upstream' && !/:\d+$|^unix:/.test(address.text)) {
    report.refuse(address, `no port in upstream "${address.text}"`);
  }
};

/** Those that take every other parameter of a server (their `uscf->flags` lack NGX_HTTP_UPSTREAM_BACKUP alone). */
const WITHOUT_BACKUPS: ReadonlySet<string> = new Set(['hash', 'ip_hash', 'random']);

/** The last method before the server counts, and one after it changes nothing; a module's own may be another. */
function isWithoutBackups(server: Directive): boolean {
  const children = server.parent?.block?.children ?? [];
  const before = children.slice(0, children.indexOf(server));
  const last = before.findLast(
    ({ name, unread }) => WITHOUT_BACKUPS.has(name) || name === 'least_conn' || unread || !isKnown(name),
  );
  return last !== undefined && WITHOUT_BACKUPS.has(last.name);
}

const isKnown = (name: string): boolean => name === 'include' || PLAIN.has(name);

function isParameter(text: string, report: Report): boolean {
  const [name = '', value] = text.split(/=(.*)/s, 2);
  const since = NEWER.get(name);
  if (since !== undefined) return report.hasModule('NGINX Plus') || report.mayHave(since);
  if (value === undefined) return name === 'backup' || name === 'down';
  const number = parseNumber(value);
  if (name === 'weight') return number !== null && number > 0;
  if (name === 'max_conns' || name === 'max_fails') return number !== null;
  return name === 'fail_timeout' && parseSeconds(value) !== null;
}

export const checkKeepalive: Check = ({ directive, level, report }) => {
  const [count, scope] = directive.args;
  if (count === undefined || directive.args.some(holdsPlaceholder)) return;
  // `local` came with the default of 1.29.7, and is the only word there is.
  if (scope !== undefined && !report.mayHave('1.29.7')) {
    report.refuse(directive, 'invalid number of arguments in "keepalive" directive');
  } else if (scope !== undefined && scope.text !== 'local') {
    report.refuse(scope, `invalid parameter "${scope.text}"`);
  }
  // Zero, which switches it off, came with the default of 1.29.7.
  const least = report.mayHave('1.29.7') ? 0 : 1;
  if ((parseNumber(count.text) ?? -1) < least) {
    report.refuse(count, `invalid value "${count.text}" in "keepalive" directive`);
  }
  level.once.set('keepalive', directive);
};

/** Eight pages: the least that nginx takes for shared memory. */
export const LEAST_ZONE = 8 * 4096;

export const checkUpstreamZone: Check = ({ directive, memory, report }) => {
  const [name, size] = directive.args;
  if (name === undefined || directive.args.some(holdsPlaceholder)) return;
  if (name.text === '') report.refuse(name, `invalid zone name "${name.text}"`);
  else if (size === undefined) memory.usedZones.set(name.text, name);
  else if (parseSize(size.text) === null) report.refuse(size, `invalid zone size "${size.text}"`);
  else if ((parseSize(size.text) ?? 0) < LEAST_ZONE) report.refuse(name, `zone "${name.text}" is too small`);
  else memory.zones.set(name.text, '');
};
