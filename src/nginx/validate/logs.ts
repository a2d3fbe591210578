import { parseNumber, parseSize, parseTime } from '../directives/values.ts';
import type { Check } from './place.ts';
import { holdsPlaceholder } from './report.ts';
import { scriptFault } from './script.ts';
import { checkText } from './slot.ts';

/** `log_format`, `access_log` and `error_log` (ngx_http_log_module.c, ngx_log.c). */

const ESCAPES: ReadonlySet<string> = new Set(['default', 'json', 'none']);

export const checkLogFormat: Check = ({ directive, level, memory, report }) => {
  const [name, ...parts] = directive.args;
  if (name === undefined || holdsPlaceholder(name)) return;
  const key = formatKey(level.context, name.text);
  if (memory.formats.has(key)) {
    report.refuse(name, `duplicate "log_format" name "${name.text}"`);
    return;
  }
  memory.formats.add(key);
  const [first] = parts;
  const escaping = first?.text.startsWith('escape=') === true ? first : null;
  if (escaping !== null && !ESCAPES.has(escaping.text.slice('escape='.length))) {
    report.refuse(escaping, `unknown log format escaping "${escaping.text.slice('escape='.length)}"`);
    return;
  }
  for (const word of escaping === null ? parts : parts.slice(1)) {
    const says = scriptFault(word.text);
    if (says !== null)
      report.refuse(word, says === 'invalid variable name' ? `invalid parameter "${word.text}"` : says);
    memory.uses(word);
  }
};

const formatKey = (context: string, name: string): string => (context.startsWith('stream') ? `stream ${name}` : name);

export const checkAccessLog: Check = ({ directive, level, memory, report }) => {
  const [path, format, ...parameters] = directive.args;
  if (path === undefined || directive.args.some(holdsPlaceholder)) return;
  if (path.text === 'off') {
    if (format !== undefined) report.refuse(format, `invalid parameter "${format.text}"`);
    return;
  }
  if (!path.text.startsWith('syslog:')) {
    checkText(path, report);
    memory.uses(path);
  }
  // nginx reads from top to bottom: a format that comes later is not known yet.
  const known = format === undefined || hasFormat(memory.formats, formatKey(level.context, format.text));
  if (!known && !report.partial) {
    report.refuse(format, `unknown log format "${format.text}"`);
    return;
  }
  let size = false;
  let flush = false;
  for (const word of parameters) {
    const [name = '', value = ''] = word.text.split(/=(.*)/s, 2);
    const says = parameterFault(name, value, word.text);
    if (says !== null) {
      report.refuse(word, says);
      return;
    }
    size ||= name === 'buffer' || name === 'gzip';
    flush ||= name === 'flush';
    if (name === 'if') memory.uses(word);
  }
  if (flush && !size) report.refuse(path, `no buffer is defined for access_log "${path.text}"`);
  else if (size && path.text.includes('$')) report.refuse(path, 'buffered logs cannot have variables in name');
  else if (size && path.text.startsWith('syslog:')) report.refuse(path, 'logs to syslog cannot be buffered');
};

function hasFormat(formats: ReadonlySet<string>, name: string): boolean {
  if (formats.has(name)) return true;
  const wanted = name.toLowerCase();
  return [...formats].some((format) => format.toLowerCase() === wanted);
}

function parameterFault(name: string, value: string, text: string): string | null {
  if (name === 'if' && text !== 'if') return scriptFault(value);
  if (name === 'buffer') return (parseSize(value) ?? 0) > 0 ? null : `invalid buffer size "${value}"`;
  if (name === 'flush') return (parseTime(value) ?? 0) > 0 ? null : `invalid flush time "${value}"`;
  if (name !== 'gzip') return `invalid parameter "${text}"`;
  const level = text === 'gzip' ? 1 : (parseNumber(value) ?? 0);
  return level >= 1 && level <= 9 ? null : `invalid compression level "${value}"`;
}

const LEVELS: ReadonlySet<string> = new Set(['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug']);
/** `debug_http` and its kin: parts of the debug log (debug_levels of ngx_log.c). */
const DEBUG_PARTS = /^debug_(?:core|alloc|mutex|event|http|mail|stream)$/;

export const checkErrorLog: Check = ({ directive, report }) => {
  const levels = directive.args.slice(1);
  if (levels.some(holdsPlaceholder)) return;
  const bad = levels.find(({ text }) => !LEVELS.has(text) && !DEBUG_PARTS.test(text));
  if (bad !== undefined) report.refuse(bad, `invalid log level "${bad.text}"`);
};
