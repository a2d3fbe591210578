/** An address as `proxy_pass` and `server` of an upstream write it: `10.0.0.2:8065`, `[::1]:8065`, `mattermost`, `unix:/run/mm.sock`. */
export interface BackendAddress {
  /** Without the brackets of IPv6; empty for a unix socket. */
  readonly host: string;
  readonly port: string | null;
  readonly kind: 'ipv4' | 'ipv6' | 'name' | 'unix';
}

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const BRACKETED = /^\[([^\]]*)\](?::(\d+))?/;
const PLAIN = /^([^:/?#]*)(?::(\d+))?/;

/** @param text without a scheme; what follows host and port is not looked at */
export function backendAddress(text: string): BackendAddress {
  if (text.startsWith('unix:')) return { host: '', port: null, kind: 'unix' };
  const ipv6 = BRACKETED.exec(text);
  if (ipv6 !== null) return { host: ipv6[1] ?? '', port: ipv6[2] ?? null, kind: 'ipv6' };
  const [, host = '', port = null] = PLAIN.exec(text) ?? [];
  return { host, port, kind: IPV4.test(host) ? 'ipv4' : 'name' };
}

/** What may be a name of Docker's DNS: one label, and none that every machine has. */
export const isSingleLabel = ({ kind, host }: BackendAddress): boolean =>
  kind === 'name' && /^[\w-]+$/.test(host) && host.toLowerCase() !== 'localhost';
