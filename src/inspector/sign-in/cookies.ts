import type { IncomingMessage } from 'node:http';

/** All values of a name in a Cookie header (RFC 6265 §5.4); another path or domain may have set the same name again. */
export function cookieValues(header: string | undefined, name: string): string[] {
  const values: string[] = [];
  for (const pair of (header ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) values.push(pair.slice(equals + 1).trim());
  }
  return values;
}

/**
 * Cookies are shared by all ports of a host (RFC 6265 §8.5): without the port two hangups would sign each other out. It is
 * the port as the browser knows it, which a container publishes under another number than it listens on.
 */
export function cookieName({ headers, socket }: IncomingMessage): string {
  const port = /:(\d{1,5})$/.exec(headers.host ?? '')?.[1] ?? socket.localPort ?? 0;
  return `hangup-${port}`;
}
