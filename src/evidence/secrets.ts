import type { Header } from './fact.ts';

/**
 * Nothing secret enters the evidence: tokens are masked before a fact is made, so that no journal, report or export
 * has to remember to do it. What is kept is what a diagnosis needs: that a header was there, its scheme, a cookie's name.
 */
const MASK = '***';

const SECRET_HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'x-csrf-token',
  'x-api-key',
  'x-auth-token',
  'sec-websocket-protocol',
]);

const SECRET_PARAMETER = /token|secret|password|passwd|api_?key|signature|session|^(key|code|auth|sig|jwt)$/i;

export function maskedHeader(name: string, value: string): Header {
  const lower = name.toLowerCase();
  if (lower === 'cookie') return [name, value.split(';').map(maskedPair).join(';')];
  if (lower === 'set-cookie') {
    const [pair = '', ...attributes] = value.split(';');
    return [name, [maskedPair(pair), ...attributes].join(';')];
  }
  if (lower === 'referer' || lower === 'location') return [name, maskedUrl(value)];
  if (!SECRET_HEADERS.has(lower)) return [name, value];
  // Some clients smuggle a token through the subprotocol list; a short plain name is none (a Mattermost token has 26).
  if (lower === 'sec-websocket-protocol') return [name, value.split(',').map(maskedProtocol).join(',')];
  const scheme = /^(\S+)\s+\S/.exec(value);
  return [name, scheme === null ? MASK : `${scheme[1]} ${MASK}`];
}

/** @param raw flat pairs: name, value, name, value … */
export function maskedHeaders(raw: readonly string[]): Header[] {
  const headers: Header[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) headers.push(maskedHeader(raw[i] ?? '', raw[i + 1] ?? ''));
  return headers;
}

/** A URL or request target with the values of secret query parameters and any user information masked. */
export function maskedUrl(url: string): string {
  const question = url.indexOf('?');
  const path = (question < 0 ? url : url.slice(0, question)).replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, `$1${MASK}@`);
  if (question < 0) return path;
  const query = url.slice(question + 1).split('&').map((pair) => {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    return equals >= 0 && SECRET_PARAMETER.test(decoded(name)) ? `${name}=${MASK}` : pair;
  });
  return `${path}?${query.join('&')}`;
}

function maskedPair(pair: string): string {
  const equals = pair.indexOf('=');
  return equals < 0 ? pair : `${pair.slice(0, equals)}=${MASK}`;
}

function maskedProtocol(protocol: string): string {
  return /^\s*[a-z0-9.\-_]{1,20}\s*$/i.test(protocol) ? protocol : ` ${MASK}`;
}

/** %74oken is token, too. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    // Not valid percent-encoding: then it is compared as it stands.
    return name;
  }
}
