import { placeholdersIn } from '../parse/placeholders.ts';
import { httpLevel } from '../resolve/model.ts';
import { resolve } from '../resolve/resolve.ts';
import { within } from '../resolve/tree.ts';
import type { Header, HttpModel, HttpRequest, Listen, Server } from '../resolve/types.ts';
import type { NginxVersion } from '../version.ts';
import type { Site, SocketPath } from './rule.ts';
import { hasSign, isSign, subpathsOf } from './signs.ts';

/** Which servers the rules look at, and the requests they are asked about. */

/** What a browser sends with `new WebSocket(…)` (RFC 6455 §4.1); the key is the one of RFC 6455 §1.3. */
const UPGRADE: readonly Header[] = [
  { name: 'Connection', value: 'Upgrade' },
  { name: 'Upgrade', value: 'websocket' },
  { name: 'Sec-WebSocket-Version', value: '13' },
  { name: 'Sec-WebSocket-Key', value: 'dGhlIHNhbXBsZSBub25jZQ==' },
];

/** The path of Mattermost's own socket; it accepts a slash at its end as well (FIELD-NOTES §1). */
export const SOCKET_PATH = '/api/v4/websocket';
/** Where plugins that ship with Mattermost open sockets of their own: Calls, and Boards and Playbooks as they were shipped. */
export const PLUGIN_SOCKET_PATHS: readonly string[] = ['/plugins/com.mattermost.calls/ws', '/plugins/focalboard/ws'];
const PLAIN_PATHS: readonly string[] = ['/', '/api/v4/users/me'];

/** A name that no server has: it reaches the default server of its address. */
const ANY_HOST = 'chat.example.com';

export interface Examined {
  readonly sites: readonly Site[];
  readonly passedOver: readonly PassedOver[];
}

/** A server that the rules do not look at, and a sentence that says why. */
export interface PassedOver {
  readonly server: Server;
  readonly says: string;
}

/**
 * Every listener of every server that is before Mattermost. Where some servers show signs of Mattermost, the others are
 * somebody else's; where none does, each one that proxies may be it.
 * @param host the only host asked about; null for all
 */
export function examine(http: HttpModel, version: NginxVersion | null, host: string | null): Examined {
  const reached = http.servers.flatMap((server) => reachable(http, server, version, host));
  const signed = reached.filter((site) => showsMattermost(site, http));
  const candidates = signed.length > 0 ? signed : reached.filter((site) => passesOn(site));
  const own = new Set(candidates.map(({ server }) => server));
  const names = new Set(candidates.flatMap(({ server }) => server.names));
  // One that only redirects stands before the server of the same name.
  const wanted = ({ server }: Site): boolean =>
    host !== null || own.has(server) || server.names.some((name) => name !== '' && names.has(name));
  const sites = reached.filter((site) => wanted(site));
  const looked = new Set(sites.map(({ server }) => server));
  const passedOver = host === null ? http.servers.filter((server) => !looked.has(server)) : [];
  const isElsewhere = signed.length > 0;
  return {
    sites,
    passedOver: passedOver.map((server) => ({ server, says: passedOverBecause(server, reached, isElsewhere) })),
  };
}

function reachable(http: HttpModel, server: Server, version: NginxVersion | null, host: string | null): Site[] {
  const subpaths = subpathsOf(server.directive, httpLevel(http));
  const asked = new Set<string>();
  return server.listens.flatMap((listen) => {
    const base = requestBase(server, listen, host);
    // `listen 443 ssl` and `listen [::]:443 ssl` get the same request.
    if (base === null || asked.has(origin(base))) return [];
    asked.add(origin(base));
    return subpaths.flatMap((subpath) => siteOf(http, server, version, base, subpath));
  });
}

/** @param subpath of SiteURL, without a slash at its end @returns nothing where another server answers */
function siteOf(
  http: HttpModel,
  server: Server,
  version: NginxVersion | null,
  base: RequestBase,
  subpath: string,
): Site[] {
  const follow = (target: string, headers: readonly Header[]): SocketPath => {
    const request: HttpRequest = { ...base, target: `${subpath}${target}`, method: 'GET', headers };
    return { request, resolution: resolve(http, request, version) };
  };
  const upgrade = [...UPGRADE, { name: 'Origin', value: origin(base) }];
  const socket = follow(SOCKET_PATH, upgrade);
  if (socket.resolution.server !== server) return [];
  return [
    {
      server,
      socket,
      socketSlash: follow(`${SOCKET_PATH}/`, upgrade),
      plugins: PLUGIN_SOCKET_PATHS.map((path) => follow(path, upgrade)),
      plain: PLAIN_PATHS.map((path) => follow(path, [])),
    },
  ];
}

type RequestBase = Pick<HttpRequest, 'scheme' | 'host' | 'port'>;

/** @returns null for a listener that no WebSocket reaches: QUIC alone carries none, and a unix socket is not asked from outside */
function requestBase(server: Server, listen: Listen, host: string | null): RequestBase | null {
  if (listen.quic || (listen.port === null && listen.address.startsWith('unix:'))) return null;
  const scheme = listen.ssl ? 'https' : 'http';
  return { scheme, host: host ?? hostFor(server), port: listen.port ?? (listen.ssl ? 443 : 80) };
}

/** @returns a host name that the server answers to, as far as its names say one */
function hostFor({ names }: Server): string {
  const plain = names.find((name) => /^[\w-]+(?:\.[\w-]+)*$/.test(name) && name !== '_');
  if (plain !== undefined) return plain;
  const wildcard = names.find((name) => name.startsWith('*.') || name.startsWith('.'));
  if (wildcard !== undefined) return `chat${wildcard.replace(/^\*/, '')}`;
  const trailing = names.find((name) => name.endsWith('.*'));
  if (trailing !== undefined) return trailing.replace(/\*$/, 'example');
  // A template's `${CHAT_HOST}` stands for the name that will be there.
  return names.find((name) => !name.startsWith('~') && placeholdersIn(name).length > 0) ?? ANY_HOST;
}

function origin({ scheme, host, port }: RequestBase): string {
  const standard = scheme === 'https' ? 443 : 80;
  return port === standard ? `${scheme}://${host}` : `${scheme}://${host}:${port}`;
}

/** A server of files alone has no WebSocket, and its limits and logs are nobody's business here. */
function passesOn({ server, socket }: Site): boolean {
  const { kind } = socket.resolution.outcome;
  if (kind === 'proxy' || kind === 'other' || kind === 'unknown') return true;
  for (const { name } of within(server.directive)) if (name.endsWith('_pass')) return true;
  return false;
}

function showsMattermost({ server, socket }: Site, http: HttpModel): boolean {
  const { outcome } = socket.resolution;
  const upstream = outcome.kind === 'proxy' ? outcome.upstream : null;
  if (upstream?.servers.some(({ address }) => isSign(address)) === true) return true;
  return server.names.some((name) => isSign(name)) || hasSign(server.directive, httpLevel(http));
}

function passedOverBecause(server: Server, reached: readonly Site[], otherIsMattermost: boolean): string {
  const name = server.names.find((each) => each !== '') ?? 'a server without a name';
  const { file, line } = server.directive.span.source.position(server.directive.span.start);
  const where = `${name} (${file}:${line})`;
  const answered = reached.some((site) => site.server === server);
  if (!answered) return `${where}: no request for /api/v4/websocket reaches it`;
  if (otherIsMattermost) return `${where}: nothing of Mattermost in it; ask with --host ${hostFor(server)}`;
  return `${where}: it passes nothing on`;
}
