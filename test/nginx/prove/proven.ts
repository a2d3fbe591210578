import { parse } from '../../../src/nginx/parse/parse.ts';
import type { Configuration } from '../../../src/nginx/parse/tree.ts';
import { harmless } from '../../../src/nginx/prove/copy/harmless.ts';
import { listenAddresses } from '../../../src/nginx/prove/copy/listens.ts';
import type { Place, PrivateCopy } from '../../../src/nginx/prove/copy/place.ts';
import type { SiteResult, SocketResult } from '../../../src/nginx/prove/measure.ts';
import { findNginx, inspectNginx } from '../../../src/nginx/prove/nginx-build.ts';
import { type Proof, type ProveOptions, prove } from '../../../src/nginx/prove/prove.ts';
import type { Verdict } from '../../../src/nginx/prove/ruling.ts';
import { parseVersion } from '../../../src/nginx/version.ts';
import { memoryFiles } from '../parse/memory-files.ts';

/** Configurations of a test, copied or really run. */

export const read = (text: string, files: Readonly<Record<string, string>> = {}): Configuration =>
  parse('/conf/nginx.conf', memoryFiles({ '/conf/nginx.conf': text, ...files }));

/** A folder that no configuration of a test names. */
export const FOLDER = '/private/copy';
export const FIRST_PORT = 20_001;
export const BACKEND_PORT = 20_000;

/** @param place what is otherwise than usual */
export function copied(configuration: Configuration, place: Partial<Place> = {}): PrivateCopy {
  const addresses = listenAddresses(configuration);
  return harmless(configuration, {
    folder: FOLDER,
    ports: new Map(addresses.map((address, nth): [string, number] => [address, FIRST_PORT + nth])),
    backendPort: BACKEND_PORT,
    scale: 1,
    keepsIdle: false,
    asRoot: false,
    nginx: {
      version: parseVersion('1.22.1'),
      modulesFolder: '/modules',
      modules: new Set(['ngx_http_headers_more_filter_module.so']),
      without: new Set(),
      hasGeoip: false,
    },
    ...place,
  });
}

const QUIET = { step: () => undefined, waiting: () => undefined };

/** Runs the real nginx with it. */
export async function proven(text: string, options: Partial<ProveOptions> = {}): Promise<Proof> {
  const path = findNginx(process.env.PATH ?? '');
  if (path === null) throw new Error('there is no nginx');
  return await prove(read(text), {
    nginx: await inspectNginx(path),
    waitMs: 3_000,
    scale: 1,
    host: null,
    signal: new AbortController().signal,
    progress: QUIET,
    ...options,
  });
}

export const UPGRADE = `
  proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_upgrade;
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-Proto $scheme;`;

/** A whole configuration around the lines of one server. */
export const site = (server: string, main = ''): string => `
${main}
events {}
http {
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  upstream mattermost { server 10.1.2.3:8065; }
  server {
    listen 80 default_server;
    server_name chat.example.com;
    ${server}
  }
}
`;

export function onlySite({ measured }: Proof): SiteResult {
  const [first, ...others] = measured.sites;
  if (first === undefined || others.length > 0) throw new Error(`${measured.sites.length} sites, and not one`);
  return first;
}

/** The main socket of the only site. */
export function mainSocket(proof: Proof): SocketResult {
  const socket = onlySite(proof).sockets.find(({ path }) => path.kind === 'main');
  if (socket === undefined) throw new Error('no main socket was measured');
  return socket;
}

/** What was said about a rule's findings. */
export const verdictsOn = ({ claims }: Proof, rule: string): readonly Verdict[] =>
  claims.filter(({ finding }) => finding.rule.id === rule).map(({ verdict }) => verdict);
