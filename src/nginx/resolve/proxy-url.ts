/** A proxy_pass, taken apart as ngx_parse_url and ngx_http_proxy_set_vars do. */
export interface ProxyUrl {
  readonly scheme: 'http' | 'https';
  /** What the upstream is called: a name, or an address without its port. */
  readonly name: string;
  /** `$proxy_host`, and so nginx's own Host. */
  readonly host: string;
  /** `$proxy_port`. */
  readonly port: string;
  /** What stands after the address: `/mattermost/`; empty where nothing does. */
  readonly uri: string;
}

const DEFAULT_PORT = { http: '80', https: '443' } as const;

/** @param url one character a byte, variables evaluated @returns null for what nginx refuses */
export function readProxyUrl(url: string): ProxyUrl | null {
  const match = /^(https?):\/\/(.+)$/is.exec(url);
  const scheme = match?.[1]?.toLowerCase() === 'https' ? 'https' : 'http';
  const rest = match?.[2];
  if (rest === undefined) return null;
  if (rest.toLowerCase().startsWith('unix:')) {
    const [, path = '', uri = ''] = /^unix:([^:]*)(?::(.*))?$/is.exec(rest) ?? [];
    return { scheme, name: `unix:${path}`, host: 'localhost', port: '', uri };
  }
  const end = rest.search(/[/?]/);
  const authority = end === -1 ? rest : rest.slice(0, end);
  const uri = end === -1 ? '' : rest.slice(end);
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority) ?? [];
  // Without a port there is no colon: nginx calls it invalid.
  if (name === '' || port === '') return null;
  const own = port === undefined || port === DEFAULT_PORT[scheme];
  return {
    scheme,
    name,
    host: own ? name : `${name}:${port}`,
    port: own ? DEFAULT_PORT[scheme] : port,
    uri,
  };
}

/** As it is written after the scheme, up to the URI: an upstream's name, `host:port`, `unix:/…`, or a variable. */
export function writtenTarget(pass: string): string {
  const rest = pass.replace(/^https?:\/\//i, '');
  if (/^unix:/i.test(rest)) return /^unix:[^:]*/i.exec(rest)?.[0] ?? rest;
  return rest.split(/[/?]/, 1)[0] ?? rest;
}
