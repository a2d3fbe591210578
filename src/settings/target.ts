import { type Parsed, parsed, refused } from '../words/parsed.ts';
import { type Address, formatAddress } from './address.ts';

/** Where a tap relays to. */
export interface Target extends Address {
  /** TLS on the server leg (`https://`). */
  readonly secure: boolean;
}

/** Reads `http://127.0.0.1:8065` or `https://chat.example.com`: scheme, host and port, nothing more. */
export function parseTarget(text: string): Parsed<Target> {
  const trimmed = text.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)?.[1]?.toLowerCase();
  if (scheme === undefined) return refused(`"${text}" has no scheme; did you mean http://${trimmed}?`);
  if (scheme === 'ws' || scheme === 'wss') {
    const proper = scheme === 'ws' ? 'http' : 'https';
    return refused(
      `"${text}": all of HTTP is relayed, not WebSocket alone; write ${proper}${trimmed.slice(scheme.length)}`,
    );
  }
  if (scheme !== 'http' && scheme !== 'https') return refused(`"${text}": the scheme is http or https`);
  const url = URL.parse(trimmed);
  if (url === null || url.hostname === '') return refused(`"${text}" is not a URL like http://127.0.0.1:8065`);
  if (url.username !== '' || url.password !== '')
    return refused('takes no user name or password: no header is ever added');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return refused(`"${text}" has a path; paths are relayed as they come, write ${url.protocol}//${url.host}`);
  }
  const secure = scheme === 'https';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  if (port === 0) return refused(`"${text}": port 0 cannot be connected to`);
  return parsed({ secure, host: url.hostname.replace(/^\[(.+)\]$/, '$1'), port });
}

/** Writes a target with its port always said. */
export function formatTarget(target: Target): string {
  return `${target.secure ? 'https' : 'http'}://${formatAddress(target)}`;
}
