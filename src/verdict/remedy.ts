import type { Neighbour } from './neighbour.ts';

/** The exact lines to change, by product. */

const NGINX_UPGRADE = [
  'proxy_http_version 1.1;',
  'proxy_set_header Upgrade $http_upgrade;',
  'proxy_set_header Connection "upgrade";',
  'proxy_set_header Host $http_host;',
].join('\n');

const IDLE: ReadonlyMap<string, string> = new Map([
  [
    'nginx',
    'proxy_read_timeout 600s;   # in the nginx location that serves the WebSocket; Mattermost pings every 60 s, so anything over 75 s will do',
  ],
  ['haproxy', 'timeout tunnel 1h   # in the HAProxy backend or defaults section'],
  ['apache', 'ProxyTimeout 600   # with Timeout: the larger of the two counts for a WebSocket'],
  ['caddy', 'remove read_timeout from `transport http { … }` in the reverse_proxy block'],
  ['aws-alb', 'load balancer attribute idle_timeout.timeout_seconds=3600'],
  ['envoy', 'stream_idle_timeout: 0s   # and on the route: timeout: 0s'],
  ['cloudflare', 'none in Cloudflare: have the client or hangup ping (--keepalive 30s)'],
  ['heroku', 'none in Heroku: have the client or hangup ping (--keepalive 30s)'],
  ['mitmproxy', 'take mitmproxy out of the path'],
]);

export function raiseIdleTimer(neighbour: Neighbour): string {
  const line = neighbour.family === null ? undefined : IDLE.get(neighbour.family);
  const keepalive = 'or keep hangup pinging below it (--keepalive 30s)';
  if (line !== undefined) return `${line}\n${keepalive}`;
  return `raise the idle timeout for WebSockets on that proxy, ${keepalive}${neighbour.declared ? '' : `\n${DECLARE}`}`;
}

export const DECLARE =
  'name the proxy on the tap (behind=nginx, haproxy, apache, caddy …; before=… on the server side), so that its habits are known';

/** Lines for the part that got lost on the way (GROUND-TRUTH §8). */
export function restoreUpgrade(neighbour: Neighbour): string {
  if (neighbour.family === 'apache')
    return 'ProxyPass "/api/v4/websocket" "http://HOST:8065/api/v4/websocket" upgrade=websocket';
  if (neighbour.family === 'nginx' || neighbour.family === null) {
    return `${NGINX_UPGRADE}\n# in the location that serves the WebSocket: one proxy_set_header there drops all inherited ones`;
  }
  return 'let that proxy pass Upgrade and Connection on for the WebSocket path';
}

export const KEEP_HOST =
  'proxy_set_header Host $http_host;   # or set SiteURL (and AllowCorsFrom) to the address in the browser';

export const ROUTE =
  'location ~ /api/v[0-9]+/(users/)?websocket/?$ { proxy_pass http://mattermost; … }   # proxy_pass without a path of its own';

export function outliveReloads(neighbour: Neighbour): string {
  switch (neighbour.family) {
    case 'nginx':
      return 'leave worker_shutdown_timeout unset or raise it (worker_shutdown_timeout 1h;), and reload less often';
    case 'haproxy':
      return 'raise or remove hard-stop-after in the HAProxy global section';
    case 'caddy':
      return 'stream_close_delay 1h   # in the reverse_proxy block, Caddy 2.7 or later';
    case 'apache':
      return 'apachectl graceful instead of restart: connections survive it';
    default:
      return 'let the proxy drain its WebSockets when it is reloaded';
  }
}

export const slowClient = (neighbour: Neighbour): string =>
  neighbour.family === 'nginx'
    ? 'send_timeout 300s;   # in the nginx location that serves the WebSocket; the cure is a client that reads'
    : 'raise the client-side send timeout of that proxy; the cure is a client that reads';
