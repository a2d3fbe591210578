import type { Directive } from '../../parse/tree.ts';
import { isAtLeast } from '../../version.ts';
import { PLACES, type Place, type Scope } from './place.ts';
import { scopeFormat } from './scopes.ts';
import { EMPTY_VARIABLE, type Targets } from './targets.ts';
import { copiedDefaults } from './timers.ts';
import { quoted } from './words.ts';

/** Lines that the copy has and the original has not. */

/** Two logs: one at the operator's level, which shows what the operator would see, and one that shows all there is. */
export const errorLogs = (folder: string, level: string): readonly string[] => [
  `error_log ${quoted(`${folder}/${PLACES.errorLog}`)} ${level}`,
  `error_log ${quoted(`${folder}/${PLACES.infoLog}`)} info`,
];

/** @param directives the lines at the top of the configuration */
export function mainHead({ folder, asRoot }: Place, directives: readonly Directive[]): readonly string[] {
  const logs = directives.some(({ name }) => name === 'error_log');
  return [
    'daemon off;',
    'master_process on;',
    'worker_processes 1;',
    ...(asRoot ? ['user root;'] : []),
    `pid ${quoted(`${folder}/nginx.pid`)};`,
    `lock_file ${quoted(`${folder}/nginx.lock`)};`,
    // nginx's own level where nothing is set (FIELD-NOTES §2).
    ...(logs ? [] : errorLogs(folder, 'error').map((line) => `${line};`)),
  ];
}

const TEMPORARY = ['fastcgi', 'uwsgi', 'scgi', 'proxy'] as const;

const GEOIP = /^geoip_(country|city|org)$/;
/** What ngx_http_geoip_module brings: without it nginx would not start where one of them is used. */
const GEOIP_VARIABLES: readonly string[] = [
  ...['geoip_country_code', 'geoip_country_code3', 'geoip_country_name', 'geoip_org', 'geoip_city', 'geoip_region'],
  ...['geoip_city_continent_code', 'geoip_city_country_code', 'geoip_city_country_code3', 'geoip_city_country_name'],
  ...[
    'geoip_region_name',
    'geoip_postal_code',
    'geoip_latitude',
    'geoip_longitude',
    'geoip_dma_code',
    'geoip_area_code',
  ],
];

/** @param ports loopback port → the port it stands for, null for a unix socket @param children the lines that the http block has itself */
export function httpHead(
  place: Place,
  scopes: readonly Scope[],
  ports: ReadonlyMap<number, number | null>,
  children: readonly Directive[],
): readonly string[] {
  const { folder, nginx } = place;
  const usesGeoip = children.some(({ name }) => GEOIP.test(name));
  const temporary = (name: string): string => quoted(`${folder}/${PLACES.temporary}/${name}`);
  return [
    'access_log off;',
    `client_body_temp_path ${temporary('client_body')};`,
    ...TEMPORARY.filter((name) => !nginx.without.has(name)).map((name) => `${name}_temp_path ${temporary(name)};`),
    `map $server_port $hangup_server_port { default $server_port; ${[...ports].map(([own, theirs]) => `${own} ${theirs ?? "''"};`).join(' ')} }`,
    `map $host ${EMPTY_VARIABLE} { default ''; }`,
    ...(nginx.hasGeoip || !usesGeoip ? [] : GEOIP_VARIABLES.map((name) => `map $host $${name} { default ''; }`)),
    ...copiedDefaults(new Set(children.map(({ name }) => name)), place),
    ...scopes.map(scopeFormat),
  ];
}

/** The upstreams that stand for what a proxy_pass names by itself, and what its variables are empty with. */
export function httpTail({ backendPort, nginx }: Place, { resolved, guards }: Targets): readonly string[] {
  // A variable may be set between two requests of one connection to the backend: error pages, subrequests.
  const each = isAtLeast(nginx.version, VOLATILE) === false ? '' : 'volatile; ';
  return [
    ...Array.from(resolved, (marker) => `upstream ${marker} { server 127.0.0.1:${backendPort} max_fails=0; }`),
    ...Array.from(
      guards,
      ({ text, variable, stands, empty }) =>
        `map ${quoted(text)} ${variable} { ${each}default ${quoted(stands)}; '' ${quoted(empty)}; }`,
    ),
  ];
}

const VOLATILE = '1.11.7';
