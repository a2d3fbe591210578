import { parseNumber, parseSeconds, parseSize, parseTime } from '../directives/values.ts';
import type { Word } from '../parse/tree.ts';
import { checkRegex, locationName } from './locations.ts';
import type { Check, Place } from './place.ts';
import { holdsPlaceholder } from './report.ts';
import { checkText } from './slot.ts';
import { definesVariable } from './variables.ts';

/** Directives of the http core that read their arguments themselves (ngx_http_core_module.c, ngx_http_access_module.c, ngx_event.c). */

const use = (word: Word, { memory, report }: Pick<Place, 'memory' | 'report'>): void => {
  checkText(word, report);
  memory.uses(word);
};

/** `worker_connections 1024`. */
export const checkConnections: Check = ({ directive, report }) => {
  const [count] = directive.args;
  if (count === undefined || holdsPlaceholder(count) || parseNumber(count.text) !== null) return;
  report.refuse(count, `invalid number "${count.text}"`);
};

/** `worker_processes auto`. */
export const checkProcesses: Check = ({ directive, report }) => {
  const [count] = directive.args;
  if (count === undefined || holdsPlaceholder(count) || count.text === 'auto') return;
  if (parseNumber(count.text) === null) report.refuse(count, `"${directive.name}" directive invalid value`);
};

export const checkServerName: Check = ({ directive, memory, report }) => {
  for (const word of directive.args) {
    const { text } = word;
    if (holdsPlaceholder(word)) continue;
    if ((text.startsWith('*') && !/^\*\../s.test(text)) || text === '.') {
      report.refuse(word, `server name "${text}" is invalid`);
    } else if (text === '~') report.refuse(word, `empty regex in server name "${text}"`);
    else if (text.startsWith('~')) checkRegex(word, text.slice(1), { memory, report });
  }
};

export const checkErrorPage: Check = (place) => {
  const { directive, report } = place;
  if (directive.args.some(holdsPlaceholder)) return;
  const uri = directive.args.at(-1);
  const codes = directive.args.slice(0, -1);
  const answer = codes.at(-1);
  if (uri === undefined || answer === undefined) return;
  if (answer.text.startsWith('=')) {
    if (codes.length === 1 || (answer.text !== '=' && parseNumber(answer.text.slice(1)) === null)) {
      report.refuse(answer, `invalid value "${answer.text}"`);
      return;
    }
    codes.pop();
  }
  use(uri, place);
  for (const code of codes) {
    const status = parseNumber(code.text);
    // 499 is nginx's own: the client has gone, and nobody would see the page.
    const says =
      status === null || status === 499
        ? `invalid value "${code.text}"`
        : status < 300 || status > 599
          ? `value "${code.text}" must be between 300 and 599`
          : null;
    if (says === null) continue;
    report.refuse(code, says);
    return;
  }
};

/** `root` and `alias`: paths with variables, but for those that say where nginx itself is. */
export const checkRoot: Check = (place) => {
  const { directive, level, report } = place;
  const [path] = directive.args;
  if (path === undefined || holdsPlaceholder(path)) return;
  const name = level.block?.name === 'location' ? locationName(level.block) : null;
  if (directive.name === 'alias' && name?.kind === 'named') {
    report.refuse(directive.nameWord, 'the "alias" directive cannot be used inside the named location');
    return;
  }
  if (/\$\{?(?:document_root|realpath_root)\b/.test(path.text)) {
    const variable = path.text.includes('document_root') ? 'document_root' : 'realpath_root';
    report.refuse(path, `the $${variable} variable cannot be used in the "${directive.name}" directive`);
    return;
  }
  use(path, place);
};

/** The last one may be a status: `=404`. */
export const checkTryFiles: Check = (place) => {
  const { directive, report } = place;
  if (directive.args.some(holdsPlaceholder)) return;
  for (const word of directive.args) use(word, place);
  const last = directive.args.at(-1);
  if (last?.text.startsWith('=') !== true) return;
  const status = parseNumber(last.text.slice(1));
  if (status === null || status > 999) report.refuse(last, `invalid code "${last.text}"`);
};

export const checkAddHeader: Check = (place) => {
  const { directive, report } = place;
  const [, value, always] = directive.args;
  if (value === undefined || directive.args.some(holdsPlaceholder)) return;
  use(value, place);
  if (always !== undefined && always.text !== 'always') report.refuse(always, `invalid parameter "${always.text}"`);
};

/** `keepalive_timeout 75s 60s`. */
export const checkKeepaliveTimeout: Check = ({ directive, report }) => {
  if (directive.args.some(holdsPlaceholder)) return;
  const [timeout, header] = directive.args;
  if (timeout !== undefined && parseTime(timeout.text) === null) {
    report.refuse(timeout, `"${directive.name}" directive invalid value`);
  } else if (header !== undefined && parseSeconds(header.text) === null) {
    report.refuse(header, `"${directive.name}" directive invalid value`);
  }
};

/** `allow` and `deny`: an address, a network, `all` or `unix:`. */
export const checkAccess: Check = ({ directive, report }) => {
  const [address] = directive.args;
  if (address === undefined || holdsPlaceholder(address)) return;
  if (isNetwork(address.text) || address.text === 'all' || address.text === 'unix:') return;
  report.refuse(address, `invalid parameter "${address.text}"`);
};

export const checkResolver: Check = ({ directive, report }) => {
  for (const word of directive.args) {
    if (holdsPlaceholder(word)) continue;
    const [name = '', value = ''] = word.text.split(/=(.*)/s, 2);
    const says = resolverFault(name, value, word.text);
    if (says === null) continue;
    report.refuse(word, says);
    return;
  }
};

function resolverFault(name: string, value: string, text: string): string | null {
  if (name === 'valid') return parseSeconds(value) === null ? `invalid parameter: ${text}` : null;
  if (name !== 'ipv6' && name !== 'ipv4') return null;
  return value === 'on' || value === 'off' ? null : `invalid parameter: ${text}`;
}

const IPV6_LENGTH = 128;
const IPV4_LENGTH = 32;

/** An IPv4 or IPv6 address, with or without the length of its prefix (ngx_ptocidr). */
function isNetwork(text: string): boolean {
  const [address = '', prefix] = text.split(/\/(.*)/s, 2);
  const isV6 = address.includes(':');
  if (!(isV6 ? /^[0-9a-fA-F:.]+$/.test(address) : isIpv4(address))) return false;
  if (prefix === undefined) return true;
  if (!isV6 && isIpv4(prefix)) return true;
  const length = parseNumber(prefix);
  return length !== null && length <= (isV6 ? IPV6_LENGTH : IPV4_LENGTH);
}

const isIpv4 = (text: string): boolean =>
  /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255);

/** Directives whose arguments may hold variables and that ask nothing else of them. */
export const checkVariables: Check = (place) => {
  const { directive, report } = place;
  for (const word of directive.args) if (!holdsPlaceholder(word)) use(word, { ...place, report });
};

/** `limit_rate 100k`, or with variables. */
export const checkRate: Check = (place) => {
  const { directive, report } = place;
  const [rate] = directive.args;
  if (rate === undefined || holdsPlaceholder(rate)) return;
  if (rate.text.includes('$')) use(rate, place);
  else if (parseSize(rate.text) === null) report.refuse(rate, `"${directive.name}" directive invalid value`);
};

/** Names a variable and gives it the value of another, as `auth_request_set` does. */
export const checkVariableSet: Check = (place) => {
  const [name, value] = place.directive.args;
  if (name === undefined || value === undefined || place.directive.args.some(holdsPlaceholder)) return;
  if (definesVariable(name, place)) use(value, place);
};
