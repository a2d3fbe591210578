import { isIP } from 'node:net';
import type { Directive } from '../../parse/tree.ts';
import { bare, type Definitions } from './definitions.ts';
import { isQuic, listenAddress, listenOptions } from './listens.ts';
import { errorLogs } from './own-lines.ts';
import { type Change, PLACES, type Place } from './place.ts';
import type { Targets } from './targets.ts';
import { copiedTime, isScaled } from './timers.ts';
import { isKnownModule } from './treatments.ts';
import { quoted } from './words.ts';

/** Directives that the copy has with other words: addresses, paths, certificates, levels, timers. */

export interface Rewritten {
  /** Without their `;`. None: it is left out. */
  readonly lines: readonly string[];
  /** What is otherwise, for the operator; null where it is a matter of course. */
  readonly says: string | null;
  readonly refused: string | null;
}

/** The copy that is being made, as far as a rewriting asks or tells it something. */
export interface Copying {
  readonly place: Place;
  readonly definitions: Definitions;
  readonly targets: Targets;
  /** A path in the private folder. */
  path(name: string): string;
  /** Whether a block has its certificates already: nginx would read the same ones twice. */
  firstCertificate(of: Directive | null): boolean;
  note(kind: Change['kind'], directive: Directive, says: string): void;
  include(directive: Directive): void;
}

type Rewrite = (directive: Directive, copier: Copying) => Rewritten | null;

const lines = (...those: readonly string[]): Rewritten => ({ lines: those, says: null, refused: null });
const changed = (says: string, ...those: readonly string[]): Rewritten => ({ lines: those, says, refused: null });
const refused = (says: string): Rewritten => ({ lines: [], says: null, refused: says });

const REWRITES: Readonly<Record<string, Rewrite>> = {
  include: (directive, copier) => {
    copier.include(directive);
    return lines();
  },
  listen,
  load_module: loadModule,
  worker_connections: () =>
    changed('4096 in the copy, so that everything can be measured at once', 'worker_connections 4096'),
  error_log: errorLog,
  root: (_, copier) => changed('a folder of the copy', `root ${quoted(copier.path(PLACES.web))}`),
  alias: (_, copier) => changed('a folder of the copy', `alias ${quoted(`${copier.path(PLACES.web)}/`)}`),
  auth_basic_user_file: (_, copier) =>
    changed(
      'a file of the copy, in which hangup stands alone',
      `auth_basic_user_file ${quoted(copier.path(PLACES.users))}`,
    ),
  ssl_certificate: certificate,
  ssl_certificate_key: () => lines(),
  // The copy's own certificate stands for the authority and for every client that it has let in.
  ssl_client_certificate: clientAuthority,
  ssl_trusted_certificate: clientAuthority,
  set_real_ip_from: ({ args }) =>
    isAddress(args[0]?.text ?? '') ? null : changed('nginx would ask DNS for its address'),
  set: (directive, copier) => {
    const [variable, value] = directive.args;
    if (variable === undefined || value === undefined) return null;
    if (!copier.definitions.holdsUrls(bare(variable.text))) return null;
    return lines(`set ${variable.text} ${quoted(copier.targets.value(value.text, directive))}`);
  },
  proxy_pass: (directive, copier) => {
    const url = directive.args[0]?.text ?? '';
    const redirected = copier.targets.pass(url, directive);
    const line = `proxy_pass ${quoted(redirected.url)}`;
    return redirected.unsure === null ? lines(line) : changed(redirected.unsure, line);
  },
  fastcgi_pass: (_, copier) => notSpoken('FastCGI', 'fastcgi_pass', `127.0.0.1:${copier.place.backendPort}`),
  uwsgi_pass: (_, copier) => notSpoken('uwsgi', 'uwsgi_pass', `127.0.0.1:${copier.place.backendPort}`),
  scgi_pass: (_, copier) => notSpoken('SCGI', 'scgi_pass', `127.0.0.1:${copier.place.backendPort}`),
  grpc_pass: (_, copier) => notSpoken('gRPC', 'grpc_pass', `grpc://127.0.0.1:${copier.place.backendPort}`),
  memcached_pass: (_, copier) => notSpoken('memcached', 'memcached_pass', `127.0.0.1:${copier.place.backendPort}`),
  proxy_cache_path: cachePath,
  fastcgi_cache_path: cachePath,
  uwsgi_cache_path: cachePath,
  scgi_cache_path: cachePath,
  http2: (_, copier) => {
    const { version } = copier.place.nginx;
    // 1.25.1 made a directive of the option of `listen`.
    const older = version !== null && (version.major < 1 || (version.major === 1 && version.minor < 25));
    return older
      ? changed('this nginx is older than 1.25.1, which brought it; a WebSocket is opened over HTTP/1.1')
      : null;
  },
};

/** @returns null for what is no matter of rewriting */
export function rewriting(directive: Directive, copier: Copying): Rewritten | null {
  const { name, parent } = directive;
  if (name === 'server' && parent?.name === 'upstream') return upstreamServer(directive, copier);
  const rewrite = Object.hasOwn(REWRITES, name) ? REWRITES[name] : undefined;
  if (rewrite !== undefined) return rewrite(directive, copier);
  if (!isScaled(name)) return null;
  const copied = copiedTime(directive, copier.place);
  return copied === null ? null : changed(`${copied} in the copy`, `${name} ${copied}`);
}

function listen(directive: Directive, copier: Copying): Rewritten {
  const written = directive.args[0]?.text ?? '';
  if (isQuic(directive)) return changed('HTTP/3 is not run: a WebSocket stays on TCP');
  const where = listenAddress(written);
  const port = where === null ? undefined : copier.place.ports.get(where.address);
  if (port === undefined) return refused(`"${written}" is no address that hangup can put a loopback port in place of`);
  const { kept, left } = listenOptions(directive);
  const line = ['listen', `127.0.0.1:${port}`, ...kept.map(quoted)].join(' ');
  const without = left.length === 0 ? '' : `, without ${left.join(' ')}`;
  return changed(`127.0.0.1:${port}${without}`, line);
}

/** Others need DNS or nginx's commercial edition, or count what the measurements do on purpose, all at once. */
const SERVER_PARAMETERS = /^weight=|^(backup|down)$/;

/** A measurement may make the backend fail in nginx's eyes; that must not take it away from the others. */
const NEVER_FAILED = 'max_fails=0';

function upstreamServer(directive: Directive, copier: Copying): Rewritten {
  const kept = directive.args.slice(1).filter(({ text }) => SERVER_PARAMETERS.test(text));
  const words = [...kept.map(({ text }) => quoted(text)), NEVER_FAILED];
  return changed(
    "hangup's backend, which is never taken for down or full",
    ['server', `127.0.0.1:${copier.place.backendPort}`, ...words].join(' '),
  );
}

function notSpoken(protocol: string, name: string, address: string): Rewritten {
  return changed(`hangup's backend, which does not speak ${protocol}: nginx answers 502 there`, `${name} ${address}`);
}

const LEVELS = new Set(['info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg']);

function errorLog(directive: Directive, copier: Copying): Rewritten {
  const [, level] = directive.args.map(({ text }) => text);
  const theirs = level === undefined ? 'error' : LEVELS.has(level) ? level : level.startsWith('debug') ? 'info' : null;
  if (theirs === null) return refused(`"${level}" is no level of error_log`);
  return changed('a file of the copy', ...errorLogs(copier.place.folder, theirs));
}

function certificate(directive: Directive, copier: Copying): Rewritten {
  if (!copier.firstCertificate(directive.parent)) return lines();
  const pairs = PLACES.certificates.flatMap(({ certificate: file, key }) => [
    `ssl_certificate ${quoted(copier.path(file))}`,
    `ssl_certificate_key ${quoted(copier.path(key))}`,
  ]);
  return changed('self-signed ones of the copy, RSA and ECDSA', ...pairs);
}

/** An address, a network, `unix:`: what nginx reads without asking anybody (ngx_http_realip_from). */
const isAddress = (written: string): boolean => written === 'unix:' || isIP(written.replace(/\/\d+$/, '')) !== 0;

function clientAuthority({ name }: Directive, copier: Copying): Rewritten {
  const [{ certificate: file }] = PLACES.certificates;
  return changed("the copy's own certificate, which its client has", `${name} ${quoted(copier.path(file))}`);
}

function cachePath(directive: Directive, copier: Copying): Rewritten {
  const zone = directive.args.find(({ text }) => text.startsWith('keys_zone='))?.text ?? '';
  const name = /^keys_zone=([\w.-]+)/.exec(zone)?.[1];
  if (name === undefined) return refused(`${directive.name} without keys_zone`);
  const kept = directive.args.slice(1).map(({ text }) => quoted(text));
  const path = quoted(copier.path(`${PLACES.temporary}/cache-${directive.name}-${name}`));
  return changed('a folder of the copy', [directive.name, path, ...kept].join(' '));
}

function loadModule(directive: Directive, copier: Copying): Rewritten {
  const file = (directive.args[0]?.text ?? '').split('/').at(-1) ?? '';
  const { modules, modulesFolder } = copier.place.nginx;
  if (!isKnownModule(file)) return changed(`hangup does not know what ${file} does, so it is not loaded`);
  if (modules.has(file)) return changed("this nginx's own", `load_module ${quoted(`${modulesFolder}/${file}`)}`);
  copier.note('missing', directive, `${file} is not among the modules of this nginx (${modulesFolder})`);
  return lines();
}
