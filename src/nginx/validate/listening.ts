import { parseNumber, parseSeconds, parseSize } from '../directives/values.ts';
import type { Directive, Word } from '../parse/tree.ts';
import { type Address, listenAddress } from './addresses.ts';
import type { Check, Place } from './place.ts';
import { holdsPlaceholder, type Report } from './report.ts';

/** `listen`: its address, its parameters, and what other servers said of the same address (ngx_http_core_listen, ngx_http_add_listen). */

/** Parameters that are one word; those that set options of the socket itself may be given once for an address. */
const WORDS: ReadonlySet<string> = new Set(['default_server', 'default', 'ssl', 'http2', 'spdy', 'proxy_protocol']);
const SOCKET_WORDS: ReadonlySet<string> = new Set(['bind', 'deferred', 'reuseport']);
/** Parameters of later versions (nginx's CHANGES). */
const NEWER: Readonly<Record<string, string>> = { quic: '1.25.0', multipath: '1.29.7' };

export const checkListen: Check = (place) => {
  const { directive, report, level } = place;
  const [at, ...parameters] = directive.args;
  if (at === undefined || directive.args.some(holdsPlaceholder)) return;
  const answer = listenAddress(at.text);
  if ('fault' in answer) {
    report.refuse(at, `${answer.fault} in "${at.text}" of the "listen" directive`);
    return;
  }
  const bad = parameters.map((word) => parameterFault(word, report)).find((says) => says !== null);
  if (bad !== undefined) report.refuse(bad.at, bad.says);
  else if ('address' in answer && level.context === 'server') checkOthers(place, answer.address);
};

interface Fault {
  readonly at: Word;
  readonly says: string;
}

function parameterFault(word: Word, report: Report): Fault | null {
  const { text } = word;
  if (WORDS.has(text) || SOCKET_WORDS.has(text)) return null;
  const since = NEWER[text];
  if (since !== undefined && report.mayHave(since)) return null;
  const [name = '', value] = text.split(/=(.*)/s, 2);
  const says = value === undefined ? undefined : VALUES[name]?.(value, text);
  if (says !== undefined) return says === null ? null : { at: word, says };
  return { at: word, says: `invalid parameter "${text}"` };
}

/** @returns null where the value is right */
type ValueCheck = (value: string, text: string) => string | null;

const numberOf =
  (name: string, least: number): ValueCheck =>
  (value, text) =>
    (parseNumber(value) ?? -1) >= least ? null : `invalid ${name} "${text}"`;

const sizeOf =
  (name: string): ValueCheck =>
  (value, text) =>
    parseSize(value) === null ? `invalid ${name} "${text}"` : null;

const VALUES: Readonly<Record<string, ValueCheck>> = {
  backlog: numberOf('backlog', 1),
  setfib: numberOf('setfib', 0),
  fastopen: numberOf('fastopen', 0),
  rcvbuf: sizeOf('rcvbuf'),
  sndbuf: sizeOf('sndbuf'),
  accept_filter: () => null,
  ipv6only: (value, text) => {
    if (/^o(?:n|ff)$/.test(value)) return null;
    return value.startsWith('o') ? `invalid ipv6only flags "${value}"` : `invalid parameter "${text}"`;
  },
  so_keepalive: (value) => (isKeepalive(value) ? null : `invalid so_keepalive value: "${value}"`),
};

/** `on`, `off`, or idle:interval:count with any of the three left out, not all. */
function isKeepalive(value: string): boolean {
  if (value === 'on' || value === 'off') return true;
  const [idle = '', interval = '', count = '', ...more] = value.split(':');
  if (more.length > 0) return false;
  const times = [idle, interval].map((text) => (text === '' ? 0 : parseSeconds(text)));
  const probes = count === '' ? 0 : parseNumber(count);
  return [...times, probes].every((each) => each !== null) && [...times, probes].some((each) => each !== 0);
}

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

function checkOthers({ directive, level, memory, report }: Place, { host, port, lastPort }: Address): void {
  const server = level.block;
  // A name may stand for several addresses, and an IPv6 address has several spellings.
  if (server === null || !(host === '*' || IPV4.test(host) || host === '[::]')) return;
  const plain = host === '0.0.0.0' ? '*' : host;
  for (let each = port; each <= lastPort; each++) {
    if (checkOne({ directive, memory, report }, server, `${plain}:${each}`, shown(plain, each))) return;
  }
}

/** nginx names the address of every host in its messages. */
const shown = (host: string, port: number): string => `${host === '*' ? '0.0.0.0' : host}:${port}`;

/** @returns whether it was refused */
function checkOne(
  { directive, memory, report }: Pick<Place, 'directive' | 'memory' | 'report'>,
  server: Directive,
  key: string,
  name: string,
): boolean {
  const words = directive.args.slice(1).map(({ text }) => text);
  const setsOptions = words.some((text) => SOCKET_WORDS.has(text) || text.includes('='));
  const isDefault = words.some((text) => text === 'default_server' || text === 'default');
  const known = memory.addresses.get(key);
  if (known === undefined) {
    memory.addresses.set(key, { servers: new Set([server]), hasOptions: setsOptions, hasDefault: isDefault });
    return false;
  }
  const says = known.servers.has(server)
    ? `a duplicate listen ${name}`
    : setsOptions && known.hasOptions
      ? `duplicate listen options for ${name}`
      : isDefault && known.hasDefault
        ? `a duplicate default server for ${name}`
        : null;
  known.servers.add(server);
  known.hasOptions ||= setsOptions;
  known.hasDefault ||= isDefault;
  if (says !== null) report.refuse(directive.args[0] ?? directive, says);
  return says !== null;
}
