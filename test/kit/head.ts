/** HTTP heads as text: read without judging, written by hand. */

import { createHash, randomBytes } from 'node:crypto';

const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'; // RFC 6455 §1.3

/** A request's or an answer's head as it stood on the wire. */
export interface Head {
  readonly text: string;
  readonly startLine: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The status of an answer; null for a request. */
  readonly status: number | null;
}

/** The head at the start of `bytes`, and where it ends; null while it is incomplete. */
export function readHead(bytes: Buffer): { head: Head; length: number } | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const text = bytes.toString('latin1', 0, end);
  const [startLine = '', ...lines] = text.split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')] as const;
  });
  const status = /^HTTP\/\d\.\d (\d{3})/.exec(startLine)?.[1];
  return { head: { text, startLine, headers, status: status ? Number(status) : null }, length: end + 4 };
}

/** The first header of that name, whatever its case; null when there is none. */
export function header(head: Head, name: string): string | null {
  return head.headers.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1] ?? null;
}

/** `Sec-WebSocket-Accept` for a key (RFC 6455 §4.2.2). */
export function acceptFor(key: string): string {
  return createHash('sha1')
    .update(key + WEBSOCKET_GUID)
    .digest('base64');
}

export const newKey = (): string => randomBytes(16).toString('base64');

export interface RequestSpec {
  readonly host: string;
  readonly path?: string;
  readonly key?: string;
  /** Put after the usual lines, in this order. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Usual lines to leave out: `Upgrade`, `Connection`, `Host` … */
  readonly without?: readonly string[];
  readonly httpVersion?: string;
}

/** An upgrade request's text. */
export function upgradeRequest(spec: RequestSpec): string {
  const usual: (readonly [string, string])[] = [
    ['Host', spec.host],
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', spec.key ?? newKey()],
    ['Sec-WebSocket-Version', '13'],
  ];
  const left = usual.filter(([name]) => !spec.without?.some((gone) => gone.toLowerCase() === name.toLowerCase()));
  return headText(`GET ${spec.path ?? '/'} HTTP/${spec.httpVersion ?? '1.1'}`, [...left, ...(spec.headers ?? [])]);
}

/** The 101 that answers `request`. */
export function upgradeAnswer(request: Head, headers: RequestSpec['headers'] = []): string {
  return headText('HTTP/1.1 101 Switching Protocols', [
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Accept', acceptFor(header(request, 'sec-websocket-key') ?? '')],
    ...headers,
  ]);
}

/** A start line and header lines as bytes on the wire have them. */
export function headText(startLine: string, headers: readonly (readonly [string, string])[]): string {
  return [startLine, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
}
