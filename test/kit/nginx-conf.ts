/** nginx configurations: one that is right, and those of GROUND-TRUTH §8 that are not. */

import type { Certificate } from './certificate.ts';

/**
 * How the location proxies. `right` is the usual recipe; each other is one row of GROUND-TRUTH §8.
 * The rows that are not here are made with `extraHttp`, `extraServer`, `extraLocation` and `listenFlags`.
 */
export type UpgradeVariant =
  | 'right'
  | 'http-1.0'
  | 'missing-upgrade'
  | 'missing-connection'
  | 'bare'
  | 'only-http-1.1'
  | 'connection-passed-on'
  | 'connection-map'
  | 'connection-empty'
  | 'dropped-by-location'
  | 'host-lost'
  | 'host-without-port'
  | 'prefix-stripped'
  | 'location-stripped'
  | 'double-slash'
  | 'no-request-headers';

export interface NginxSettings {
  /** `proxy_read_timeout`, the idle timeout of an upgraded connection: `'2s'`, `'1500ms'`. */
  readonly readTimeout?: string;
  /** `send_timeout`: a client that does not read. */
  readonly sendTimeout?: string;
  /** `proxy_send_timeout`: a server that does not read. */
  readonly proxySendTimeout?: string;
  readonly workers?: number;
  readonly workerShutdownTimeout?: string;
  /** X-Real-IP and X-Forwarded-For; default true. */
  readonly forwarded?: boolean;
  readonly upgrade?: UpgradeVariant;
  readonly tls?: Certificate;
  /** Default `info`: where the timeouts are logged (GROUND-TRUTH §1). */
  readonly errorLevel?: 'debug' | 'info' | 'notice' | 'warn' | 'error';
  /** A second destination of both logs, such as `syslog:server=127.0.0.1:5514`. */
  readonly alsoLogTo?: string;
  /** The body of the access log's `log_format`, quoted as nginx wants it. */
  readonly logFormat?: string;
  /** More words on `listen`: `so_keepalive=2s:1s:3`, `http2`, `reuseport`. */
  readonly listenFlags?: string;
  readonly extraHttp?: string;
  readonly extraServer?: string;
  readonly extraLocation?: string;
}

export interface NginxPlace {
  readonly address: string;
  readonly port: number;
  readonly target: string;
  readonly folder: string;
}

const LOG_FORMAT = `'$time_iso8601 msec=$msec pid=$pid conn=$connection $remote_addr:$remote_port "$request" $status '
  'rc=$request_completion rt=$request_time bs=$bytes_sent us=$upstream_status ua=$upstream_addr '
  'ubs=$upstream_bytes_sent ubr=$upstream_bytes_received rid=$request_id key=$http_sec_websocket_key'`;

const VERSION = 'proxy_http_version 1.1;';
const UPGRADE = 'proxy_set_header Upgrade $http_upgrade;';
const CONNECTION = 'proxy_set_header Connection "upgrade";';
const HOST = 'proxy_set_header Host $http_host;';

interface Recipe {
  readonly lines: readonly string[];
  readonly path?: string;
  /** What follows the upstream's name in proxy_pass. */
  readonly pass?: string;
  /** Lines that stand in the server block and that a line in the location takes away. */
  readonly inServer?: readonly string[];
}

const RECIPES: Record<UpgradeVariant, Recipe> = {
  right: { lines: [VERSION, UPGRADE, CONNECTION, HOST] },
  'http-1.0': { lines: [UPGRADE, CONNECTION, HOST] },
  'missing-upgrade': { lines: [VERSION, CONNECTION, HOST] },
  'missing-connection': { lines: [VERSION, UPGRADE, HOST] },
  bare: { lines: [] },
  'only-http-1.1': { lines: [VERSION] },
  'connection-passed-on': { lines: [VERSION, UPGRADE, 'proxy_set_header Connection $http_connection;', HOST] },
  'connection-map': { lines: [VERSION, UPGRADE, 'proxy_set_header Connection $connection_upgrade;', HOST] },
  'connection-empty': { lines: [VERSION, UPGRADE, 'proxy_set_header Connection "";', HOST] },
  'dropped-by-location': {
    lines: ['proxy_set_header X-Real-IP $remote_addr;'],
    inServer: [VERSION, UPGRADE, CONNECTION, HOST],
  },
  'host-lost': { lines: [VERSION, UPGRADE, CONNECTION] },
  'host-without-port': { lines: [VERSION, UPGRADE, CONNECTION, 'proxy_set_header Host $host;'] },
  'prefix-stripped': { lines: [VERSION, UPGRADE, CONNECTION, HOST], path: '/mm/', pass: '/' },
  'location-stripped': { lines: [VERSION, UPGRADE, CONNECTION, HOST], path: '/api/v4/websocket', pass: '/' },
  'double-slash': { lines: [VERSION, UPGRADE, CONNECTION, HOST], path: '/api', pass: '/' },
  'no-request-headers': { lines: [VERSION, UPGRADE, CONNECTION, HOST, 'proxy_pass_request_headers off;'] },
};

const FORWARDED = [
  'proxy_set_header X-Real-IP $remote_addr;',
  'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
];

/** The variants that a forwarded header would change: they are about having no `proxy_set_header` at all. */
const WITHOUT_FORWARDED: readonly UpgradeVariant[] = ['bare', 'only-http-1.1', 'dropped-by-location'];

/** The text of nginx.conf. */
export function nginxConf(settings: NginxSettings, place: NginxPlace): string {
  const variant = settings.upgrade ?? 'right';
  const recipe = RECIPES[variant];
  const forwarded = (settings.forwarded ?? true) && !WITHOUT_FORWARDED.includes(variant) ? FORWARDED : [];
  const level = settings.errorLevel ?? 'info';
  const also = settings.alsoLogTo;
  return `
user root;
daemon off;
master_process on;
worker_processes ${settings.workers ?? 1};
${directive('worker_shutdown_timeout', settings.workerShutdownTimeout)}
pid ${place.folder}/nginx.pid;
error_log ${place.folder}/error.log ${level};
${also ? `error_log ${also} ${level};` : ''}
events { worker_connections 2048; }
http {
  client_body_temp_path ${place.folder}/body;
  proxy_temp_path ${place.folder}/proxy;
  fastcgi_temp_path ${place.folder}/fastcgi;
  uwsgi_temp_path ${place.folder}/uwsgi;
  scgi_temp_path ${place.folder}/scgi;
  log_format kit ${settings.logFormat ?? LOG_FORMAT};
  access_log ${place.folder}/access.log kit;
  ${also ? `access_log ${also} kit;` : ''}
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  upstream backend { server ${place.target} max_fails=0; }
  ${settings.extraHttp ?? ''}
  server {
    listen ${place.address}:${place.port} ${settings.tls ? 'ssl' : ''} ${settings.listenFlags ?? ''};
    ${settings.tls ? `ssl_certificate ${settings.tls.certPath}; ssl_certificate_key ${settings.tls.keyPath};` : ''}
    ${directive('send_timeout', settings.sendTimeout)}
    ${(recipe.inServer ?? []).join('\n    ')}
    ${settings.extraServer ?? ''}
    location ${recipe.path ?? '/'} {
      proxy_pass http://backend${recipe.pass ?? ''};
      ${[...recipe.lines, ...forwarded].join('\n      ')}
      ${directive('proxy_read_timeout', settings.readTimeout)}
      ${directive('proxy_send_timeout', settings.proxySendTimeout)}
      ${settings.extraLocation ?? ''}
    }
  }
}
`;
}

const directive = (name: string, value: string | undefined): string => (value === undefined ? '' : `${name} ${value};`);
