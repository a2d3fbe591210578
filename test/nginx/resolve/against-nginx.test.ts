import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from '../../../src/nginx/parse/parse.ts';
import { httpModel } from '../../../src/nginx/resolve/model.ts';
import { upgradeHeaders } from '../../../src/nginx/resolve/request.ts';
import { resolve } from '../../../src/nginx/resolve/resolve.ts';
import type { HttpModel, HttpRequest } from '../../../src/nginx/resolve/types.ts';
import { type NginxVersion, versionSaid } from '../../../src/nginx/version.ts';
import { certificate } from '../../kit/certificate.ts';
import { describeWith } from '../../kit/needs.ts';
import { type Nginx, startNginx } from '../../kit/nginx.ts';
import { freePort } from '../../kit/ports.ts';
import { Program, sbinPath } from '../../kit/program.ts';
import { memoryFiles } from '../parse/memory-files.ts';
import { ask } from './ask.ts';
import { seen, told } from './compare.ts';
import { Dice } from './dice.ts';
import { type EchoBackend, echoBackend } from './echo-backend.ts';
import { type GeneratedServer, generatedServer } from './generated-locations.ts';
import { type GeneratedNames, generatedNames } from './generated-names.ts';
import { generatedRewrites, rewriteSurroundings } from './generated-rewrites.ts';
import { HEADER_CASES, HEADER_SURROUNDINGS } from './header-cases.ts';
import { plainConf } from './plain-conf.ts';

const SEED = 20_260_101;
const LOCATION_SERVERS = 45;
const REWRITE_SERVERS = 45;
const NAME_PORTS = 20;

describeWith(['nginx', 'openssl'], 'what a request comes to, beside a real nginx', () => {
  let backend: EchoBackend | undefined;
  let nginx: Nginx | undefined;
  let http: HttpModel;
  let version: NginxVersion | null;
  let port: number;
  let tlsPort: number;
  const dice = new Dice(SEED);
  let locations: readonly GeneratedServer[];
  let rewrites: readonly GeneratedServer[];
  let names: GeneratedNames;
  let namePorts: readonly number[];

  beforeAll(async () => {
    backend = await echoBackend();
    port = await freePort();
    locations = Array.from({ length: LOCATION_SERVERS }, (_, n) => generatedServer(dice, `l${n}.test`, port));
    rewrites = Array.from({ length: REWRITE_SERVERS }, (_, n) => generatedRewrites(dice, `r${n}.test`, port));
    namePorts = await Promise.all(Array.from({ length: NAME_PORTS }, freePort));
    names = generatedNames(dice, namePorts);
    const servers = [...locations, ...rewrites].map(({ text }) => text).join('\n');
    const to = `127.0.0.1:${backend.port}`;
    const headers = HEADER_CASES.map(({ server }, n) => headerServer(server, n, port, to)).join('\n');
    tlsPort = await freePort();
    const tls = tlsServers(tlsPort);
    const upstream = `upstream backend { server ${to}; }`;
    const inside = [upstream, rewriteSurroundings(to), HEADER_SURROUNDINGS, servers, names.text, headers, tls].join(
      '\n',
    );
    nginx = await startNginx({ target: backend.port, port, conf: ({ folder }) => plainConf(folder, inside) });
    const configuration = parse('nginx.conf', memoryFiles({ 'nginx.conf': plainConf('/tmp', inside) }));
    expect(configuration.errors).toEqual([]);
    http = httpModel(configuration);
    version = await installedVersion();
  });

  afterAll(async () => {
    await nginx?.close();
    backend?.close();
  });

  /** Asks nginx and the resolver the same; what they say differently is listed, with the way there. */
  async function bothSay(requests: Iterable<HttpRequest>): Promise<number> {
    const different: string[] = [];
    let cases = 0;
    for (const request of requests) {
      const resolution = resolve(http, request, version);
      const [ours, theirs] = [told(resolution), seen(await ask(request, request.port))];
      cases++;
      if (ours === theirs) continue;
      const steps = resolution.steps.map(({ says, at }) => `    ${says} (line ${at?.line})`).join('\n');
      const server = resolution.server?.directive.span;
      const text = server === undefined ? '' : server.source.text(server.start, server.end);
      different.push(
        `${request.method} ${request.host}${request.target}\nours:\n${ours}\n${steps}\nnginx:\n${theirs}\n${text}`,
      );
    }
    expect(different.slice(0, 3).join('\n\n')).toBe('');
    return cases;
  }

  it('chooses the same location, target and headers, over random trees of locations', async () => {
    const requests = locations.flatMap(({ targets }, n) =>
      targets.map((target) => requestTo(`l${n}.test`, port, target, dice)),
    );
    expect(await bothSay(requests)).toBeGreaterThanOrEqual(300);
  });

  it('comes to the same end, over random rewrites, conditions, error pages and fallbacks', async () => {
    const requests = rewrites.flatMap(({ targets }, n) =>
      targets.map((target) => requestTo(`r${n}.test`, port, target, dice)),
    );
    expect(await bothSay(requests)).toBeGreaterThanOrEqual(300);
  });

  it('chooses the same server, over random names', async () => {
    const requests = namePorts.flatMap((at) => names.hosts.map((host) => requestTo(host, at, '/', dice)));
    expect(await bothSay(requests)).toBeGreaterThanOrEqual(200);
  });

  it('chooses the same server and path over TLS, and answers the same to who speaks plainly there', async () => {
    const request = (scheme: 'http' | 'https', host: string, target: string): HttpRequest => {
      return { scheme, host, port: tlsPort, method: 'GET', target, headers: upgradeHeaders(`https://${host}`) };
    };
    const hosts = ['first.test', 'second.test', 'other.test', 'third.test'];
    const requests = hosts.flatMap((host) => [
      request('https', host, '/a//b?c'),
      request('https', host, '/b'),
      request('http', host, '/a//b?c'),
    ]);
    expect(await bothSay(requests)).toBe(requests.length);
  });

  for (const [n, { name, requests }] of HEADER_CASES.entries()) {
    it(`sends the same headers: ${name}`, async () => {
      const all = requests.map(({ method = 'GET', target, headers = [] }): HttpRequest => {
        return { scheme: 'http', host: `h${n}.test`, port, method, target, headers };
      });
      expect(await bothSay(all)).toBe(requests.length);
    });
  }
});

const TLS_HEADER = 'proxy_set_header X "$scheme $https $ssl_server_name $server_port $server_name $uri";';

function tlsServers(port: number): string {
  const { certPath, keyPath } = certificate();
  const files = `ssl_certificate ${certPath}; ssl_certificate_key ${keyPath};`;
  return `
  server { listen 127.0.0.1:${port} ssl; server_name first.test; ${files} ${TLS_HEADER} location / { proxy_pass http://backend; } }
  server { listen 127.0.0.1:${port}; server_name second.test; ${files} merge_slashes off; ${TLS_HEADER}
    error_page 497 =307 https://$host$request_uri; location /a/ { proxy_pass http://backend/x/; } }
  server { listen 127.0.0.1:${port}; server_name third.test; ${files} ${TLS_HEADER} error_page 497 /a/to; location /a/ { proxy_pass http://backend; } }`;
}

const headerServer = (server: string, n: number, port: number, backend: string): string =>
  `server { listen 127.0.0.1:${port}; server_name h${n}.test; ${server.replaceAll('BACKEND', backend)} }`;

function requestTo(host: string, port: number, target: string, dice: Dice): HttpRequest {
  const plain = [
    { name: 'User-Agent', value: 'test' },
    { name: 'X-Bad_Name', value: '1' },
    { name: 'TE', value: 'trailers' },
  ];
  const headers = dice.chance(0.5) ? [...upgradeHeaders(`http://${host}:${port}`), ...plain] : plain;
  return { scheme: 'http', host, port, method: 'GET', target, headers };
}

async function installedVersion(): Promise<NginxVersion | null> {
  const program = Program.start(['nginx', '-v'], { env: sbinPath() });
  await program.exited;
  return versionSaid(program.stderr);
}
