import type { Header } from './fact.ts';

/**
 * Nothing secret enters the evidence: tokens are masked before a fact is made, so that no journal, report or export
 * has to remember to do it. What is kept is what a diagnosis needs: that a header was there, its scheme, a cookie's name.
 */
const MASK = '***';

/** What headers and parameters that carry secrets have in their names. `Sec-WebSocket-Key` is no secret. */
const SECRET_WORD =
  /token|secret|passw|passphrase|api[-_]?key|access[-_]?key|signature|session|credential|assertion|bearer|jwt|saml|oidc-data/;
const SECRET_PARAMETER = /^(key|code|auth|authorization|sig|pass|pwd|otp|ticket|sid)$/;
const SECRET_HEADER = /^(proxy-)?authorization$/;

/** The schemes in use (IANA's registry, and the names that Mattermost, AWS and GitHub take): any other word may be the secret. */
const SCHEME =
  /^(basic|bearer|token|digest|negotiate|ntlm|kerberos|oauth|dpop|hoba|mutual|vapid|apikey|scram-sha-(?:1|256)|aws4-hmac-sha256)[ \t]/i;

/**
 * A subprotocol that is a name: `mqtt`, `graphql-transport-ws`, `v12.stomp`. Some clients smuggle a token through the
 * list: one is longer than 20 (Mattermost's has 26), or mixes letters and digits as no name does.
 */
const PROTOCOL_NAME = /^(?=.{1,20}$)([a-z]{1,12}\d{0,3}|\d{1,3})([.\-_]([a-z]{1,12}\d{0,3}|\d{1,3}))*$/i;

export function maskedHeader(name: string, value: string): Header {
  const lower = name.toLowerCase();
  if (lower === 'cookie' || lower === 'cookie2') return [name, value.split(';').map(maskedPair).join(';')];
  if (lower === 'set-cookie' || lower === 'set-cookie2') {
    const [pair = '', ...attributes] = value.split(';');
    return [name, [maskedPair(pair), ...attributes].join(';')];
  }
  if (lower === 'sec-websocket-protocol') return [name, value.split(',').map(maskedProtocol).join(',')];
  if (SECRET_HEADER.test(lower)) {
    const scheme = SCHEME.exec(value)?.[1];
    return [name, scheme === undefined ? MASK : `${scheme} ${MASK}`];
  }
  if (SECRET_WORD.test(lower)) return [name, MASK];
  // Referer and Location, but X-Original-URL, X-Forwarded-Uri, Link and Refresh carry request targets just as well.
  return [name, maskedUrl(value)];
}

/** @param raw flat pairs: name, value, name, value … */
export function maskedHeaders(raw: readonly string[]): Header[] {
  const headers: Header[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) headers.push(maskedHeader(raw[i] ?? '', raw[i + 1] ?? ''));
  return headers;
}

/** `user:password@` up to the last `@` before the path, as browsers read it. */
const USER_INFORMATION = /^((?:[a-z][a-z0-9+.-]*:)?\/\/)[^/?#]*@/i;

/** A URL may stand in a parameter of a URL, percent-encoded; deeper than this nobody nests one. */
const MAX_NESTING = 3;

/**
 * A URL or request target with the values of secret parameters masked, in its query, its fragment (`#access_token=`)
 * and its path (`;jsessionid=`), and any user information.
 */
export function maskedUrl(url: string): string {
  return maskedNested(url, MAX_NESTING);
}

function maskedNested(url: string, nesting: number): string {
  const [path = '', ...parameters] = url.replace(USER_INFORMATION, `$1${MASK}@`).split(/(?<=[?&#])/);
  const masked = [maskedPart(path, /;([^;=]*)=/g, nesting)];
  for (const parameter of parameters) masked.push(maskedPart(parameter, /(?:^|;)([^;=]*)=/g, nesting));
  return masked.join('');
}

/** @param part up to and with the `?`, `&` or `#` after it. To some servers `;` separates, to others it is text. */
function maskedPart(part: string, names: RegExp, nesting: number): string {
  const separator = /[?&#]$/.exec(part)?.[0] ?? '';
  for (const found of part.matchAll(names)) {
    if (isSecretName(found[1] ?? '')) return part.slice(0, found.index + found[0].length) + MASK + separator;
  }
  // `redirect_to=https%3A%2F%2F…%3Ftoken%3D…`
  const inner = decoded(part);
  if (nesting === 0 || inner === part || maskedNested(inner, nesting - 1) === inner) return part;
  return part.slice(0, part.indexOf('=') + 1) + MASK + separator;
}

function isSecretName(name: string): boolean {
  const plain = decoded(name).toLowerCase();
  return SECRET_WORD.test(plain) || SECRET_PARAMETER.test(plain);
}

/** `name=value` in links and forms, `"name":"value"` in JSON, `name="value"` in markup. */
const NAMED_VALUE = /([\w.%-]+)("?\s*[:=]\s*"?)([^\s"'&<>,;}]+)/g;

/** The text of an answer's body (an error page, a redirect's, a JSON object) with the values of secret names masked. */
export function maskedText(text: string): string {
  return text.replace(NAMED_VALUE, (whole: string, name: string, between: string, value: string) => {
    if (isSecretName(name)) return `${name}${between}${MASK}`;
    // `href="/x?token=…"`: the value is a URL of its own.
    const masked = maskedUrl(value);
    return masked === value ? whole : `${name}${between}${masked}`;
  });
}

/** A cookie without `=` has a value and no name (RFC 6265bis §5.6). */
function maskedPair(pair: string): string {
  const equals = pair.indexOf('=');
  if (equals >= 0) return `${pair.slice(0, equals)}=${MASK}`;
  return pair.trim() === '' ? pair : MASK;
}

function maskedProtocol(protocol: string): string {
  const name = protocol.trim();
  if (name === '' || PROTOCOL_NAME.test(name)) return protocol;
  return protocol.startsWith(' ') ? ` ${MASK}` : MASK;
}

/** %74oken is token, too. Each escape by itself: one that is not valid must not hide the others. */
function decoded(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
