import type { Directive, Word } from '../parse/tree.ts';
import type { Outcome, SentHeader } from '../resolve/types.ts';
import type { SocketPath } from './rule.ts';
import { mayBeDropped, mayBeUnread } from './unread.ts';

/** What of a WebSocket's handshake reaches the backend: the question that most rules begin with. */

export type Proxied = Extract<Outcome, { readonly kind: 'proxy' }>;

/** Whether a header arrives as the backend needs it. `unknown` where a variable or a placeholder hides its value. */
export type Arrival = 'arrives' | 'lost' | 'unknown';

/** @returns null where nginx does not pass the request on by proxy_pass, or where that cannot be told */
export function proxied(path: SocketPath): Proxied | null {
  const { outcome } = path.resolution;
  return outcome.kind === 'proxy' ? outcome : null;
}

/** @param name in any case @returns every line of that name which the backend receives */
export const sentHeaders = (outcome: Proxied, name: string): readonly SentHeader[] =>
  outcome.headers.filter((header) => header.name.toLowerCase() === name.toLowerCase());

/** @param value a list of tokens as of RFC 9110 §5.6.1, such as `keep-alive, Upgrade` @param token in lower case */
export const hasToken = (value: string, token: string): boolean =>
  value.split(',').some((part) => part.trim().toLowerCase() === token);

/** RFC 6455 §4.2.1: without the token `websocket` in Upgrade the server refuses. */
export const upgradeArrives = (path: SocketPath): Arrival => tokenArrives(path, 'upgrade', 'websocket');

/** RFC 6455 §4.2.1: without the token `upgrade` in Connection the server refuses. */
export const connectionArrives = (path: SocketPath): Arrival => tokenArrives(path, 'connection', 'upgrade');

/** @param name in any case @param token in lower case */
function tokenArrives(path: SocketPath, name: string, token: string): Arrival {
  const outcome = proxied(path);
  if (outcome === null) return 'unknown';
  const lines = sentHeaders(outcome, name);
  if (lines.some(({ value }) => value !== null && hasToken(value, token))) {
    return mayBeDropped(path.resolution.effective, 'proxy_set_header') ? 'unknown' : 'arrives';
  }
  // nginx's own value depends on its version, and is none of these in any.
  if (lines.some(({ value, from }) => value === null && from !== 'default')) return 'unknown';
  return mayBeUnread(path.resolution.effective, 'proxy_set_header') ? 'unknown' : 'lost';
}

/** Whether both headers of the handshake get through. `lost` where nginx answers the request itself or takes it for a file's. */
export function handshakeArrives(path: SocketPath): Arrival {
  const { outcome } = path.resolution;
  if (outcome.kind === 'answer' || outcome.kind === 'files') return 'lost';
  if (outcome.kind !== 'proxy') return 'unknown';
  const both = [upgradeArrives(path), connectionArrives(path)];
  if (both.includes('lost')) return 'lost';
  return both.includes('unknown') ? 'unknown' : 'arrives';
}

/** @returns the line that sets the header, where one does: the last, as for nginx's own choice no line exists */
export function settingLine(outcome: Proxied, name: string, effective: readonly Directive[]): Directive | null {
  const sent = sentHeaders(outcome, name).find((header) => header.from !== 'default' && header.from !== 'client');
  if (sent !== undefined && sent.from !== 'default' && sent.from !== 'client') return sent.from;
  return effective.findLast((line) => headerName(line) === name.toLowerCase()) ?? null;
}

/** @param line a proxy_set_header @returns the header's name in lower case */
export const headerName = (line: Directive): string => line.args[0]?.text.toLowerCase() ?? '';

/** @param line a proxy_set_header @returns the value as nginx reads it, variables and all */
export const headerValue = (line: Directive): string => line.args[1]?.text ?? '';

/** The directive as it is written. */
export const sourceText = ({ span }: Directive | Word): string => span.source.text(span.start, span.end);

const VARIABLE = /\$(?:\{(\w+)\}|(\w+))/g;

/** @returns the names of the variables in a value, without `$` and in lower case, as nginx compares them */
export const variablesIn = (value: string): readonly string[] =>
  Array.from(value.matchAll(VARIABLE), ([, braced, bare]) => (braced ?? bare ?? '').toLowerCase());

/** Characters of a block's name in a sentence. nginx allows a word of 4096 bytes. */
const LONGEST_NAME = 100;

/** What a block is called in a sentence: `location ~ websocket$`, `if ($http_upgrade)`, `server`. */
export function named(directive: Directive): string {
  const words = directive.args.map(({ span }) => span.source.text(span.start, span.end));
  const text = [directive.name, ...words].join(' ').replace(/ \)$/, ')');
  return text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}…` : text;
}

/** Quotes where nginx's reader needs them: blanks and the marks that end a word. */
export const quoted = (text: string): string =>
  text === '' || /[\s;{}"'#\\]/.test(text) ? `"${text.replace(/(["\\])/g, '\\$1')}"` : text;
