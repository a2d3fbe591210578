/** A real Caddy of its own, with a private admin endpoint. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from './certificate.ts';
import { freePort, untilAccepts } from './ports.ts';
import { Program } from './program.ts';
import { type ProxyOptions, type ProxyProcess, targetAddress } from './proxy.ts';
import { removeFolder, temporaryFolder } from './temporary.ts';

export interface CaddySettings {
  /** `transport http { read_timeout }`: `'2s'`. Counts from the last byte of the server only (GROUND-TRUTH §2). */
  readonly readTimeout?: string;
  readonly tls?: Certificate;
  /** Debug logs, where Caddy notes a closed connection. */
  readonly debug?: boolean;
  /** Lines in the reverse_proxy block. */
  readonly extraProxy?: string;
  readonly extraGlobal?: string;
}

export interface CaddyOptions extends ProxyOptions, CaddySettings {}

interface CaddyPlace {
  readonly folder: string;
  readonly port: number;
  readonly adminPort: number;
}

export class Caddy implements ProxyProcess {
  readonly port: number;
  readonly folder: string;
  readonly #program: Program;
  readonly #options: CaddyOptions;
  readonly #place: CaddyPlace;

  private constructor(program: Program, options: CaddyOptions, place: CaddyPlace) {
    this.port = place.port;
    this.folder = place.folder;
    this.#program = program;
    this.#options = options;
    this.#place = place;
  }

  static async start(options: CaddyOptions): Promise<Caddy> {
    const folder = temporaryFolder('caddy');
    const place = { folder, port: options.port ?? (await freePort()), adminPort: await freePort() };
    writeFileSync(confPath(place), caddyfile(options, place));
    const caddy = new Caddy(run('run', options, place), options, place);
    const refused = caddy.#program.exited.then(() => {
      throw new Error(`caddy did not start:\n${caddy.logs()}`);
    });
    try {
      await Promise.race([untilAccepts(place.port, options.address, options.netns?.connect), refused]);
    } catch (error) {
      await caddy.close();
      throw error;
    }
    refused.catch(() => undefined);
    return caddy;
  }

  get pid(): number {
    return this.#program.pid;
  }

  logs(): string {
    return this.#program.stdout + this.#program.stderr;
  }

  waitForLog(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray> {
    return this.#program.untilSays(pattern, timeoutMs);
  }

  /** `caddy reload --force`: Caddy writes Close 1001 to both sides of every WebSocket itself (GROUND-TRUTH §5). */
  async reload(settings: CaddySettings = {}): Promise<void> {
    const options = { ...this.#options, ...settings };
    writeFileSync(confPath(this.#place), caddyfile(options, this.#place));
    const reload = run('reload', options, this.#place);
    const exit = await reload.exited;
    if (exit.code !== 0) throw new Error(`caddy reload failed:\n${reload.stderr}`);
  }

  async stop(): Promise<void> {
    await this.#program.stop('SIGTERM');
  }

  /** SIGKILL: FIN to both sides, no Close frame. */
  async kill(): Promise<void> {
    await this.#program.stop('SIGKILL');
  }

  async close(): Promise<void> {
    await this.#program.stop('SIGTERM', 2_000);
    removeFolder(this.folder);
  }
}

/** Starts Caddy and waits until it accepts. Rejects with its own words when it will not start. */
export const startCaddy = (options: CaddyOptions): Promise<Caddy> => Caddy.start(options);

const confPath = (place: CaddyPlace): string => join(place.folder, 'Caddyfile');

function run(what: 'run' | 'reload', options: CaddyOptions, place: CaddyPlace): Program {
  const conf = ['--config', confPath(place), '--adapter', 'caddyfile'];
  const reload = what === 'reload' ? ['--address', `127.0.0.1:${place.adminPort}`, '--force'] : [];
  const home = { HOME: place.folder, XDG_CONFIG_HOME: place.folder, XDG_DATA_HOME: place.folder };
  const env = { ...process.env, ...home };
  return Program.start(['caddy', what, ...conf, ...reload], { env, netns: options.netns?.name });
}

function caddyfile(options: CaddyOptions, place: CaddyPlace): string {
  const { tls, readTimeout } = options;
  const address = options.address ?? '127.0.0.1';
  const site = tls ? `https://localhost:${place.port}, https://${address}:${place.port}` : `http://:${place.port}`;
  return `{
  admin 127.0.0.1:${place.adminPort}
  auto_https disable_redirects
  default_sni localhost
  ${options.debug ? 'debug' : ''}
  ${options.extraGlobal ?? ''}
}
${site} {
  bind ${address}
  log
  ${tls ? `tls ${tls.certPath} ${tls.keyPath}` : ''}
  reverse_proxy ${targetAddress(options.target)} {
    ${options.extraProxy ?? ''}
    ${readTimeout ? `transport http {\n      read_timeout ${readTimeout}\n    }` : ''}
  }
}
`;
}
