/** A real HAProxy of its own, as master and worker (-W). */

import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Certificate } from './certificate.ts';
import { freePort, untilAccepts } from './ports.ts';
import { childrenOf, Program, sbinPath, signalPid, untilCatches } from './program.ts';
import { type ProxyOptions, type ProxyProcess, targetAddress } from './proxy.ts';
import { removeFolder, temporaryFolder } from './temporary.ts';

export interface HaproxySettings {
  /** `timeout tunnel`, as HAProxy writes times: `'2s'`, `'1500ms'`. Left out: none is set. */
  readonly tunnelTimeout?: string;
  /** Default 1m. */
  readonly clientTimeout?: string;
  /** Default 1m. */
  readonly serverTimeout?: string;
  /** Default http. */
  readonly mode?: 'http' | 'tcp';
  readonly hardStopAfter?: string;
  readonly tls?: Certificate;
  /** `option forwardfor`; default true. Only in mode http. */
  readonly forwarded?: boolean;
  /** Adds `option http-server-close`. */
  readonly serverClose?: boolean;
  readonly extraGlobal?: string;
  readonly extraFrontend?: string;
  readonly extraBackend?: string;
}

export interface HaproxyOptions extends ProxyOptions, HaproxySettings {}

export class Haproxy implements ProxyProcess {
  readonly port: number;
  readonly folder: string;
  readonly #program: Program;
  readonly #options: HaproxyOptions & { readonly port: number };
  readonly #everyWorker = new Set<number>();

  private constructor(program: Program, options: HaproxyOptions & { readonly port: number }, folder: string) {
    this.port = options.port;
    this.folder = folder;
    this.#program = program;
    this.#options = options;
  }

  static async start(options: HaproxyOptions): Promise<Haproxy> {
    const folder = temporaryFolder('haproxy');
    const placed = { ...options, port: options.port ?? (await freePort()) };
    writeConf(placed, folder);
    const command = ['haproxy', '-W', '-f', join(folder, 'haproxy.cfg')];
    const program = Program.start(command, { env: sbinPath(), netns: options.netns?.name });
    const haproxy = new Haproxy(program, placed, folder);
    try {
      await program.untilSays(LOADED);
      await untilCatches(program.pid, 'SIGUSR2'); // the master accepts connections first, and ignores signals until then
      await untilAccepts(placed.port, placed.address, options.netns?.connect);
    } catch (error) {
      await haproxy.close();
      throw new Error(`haproxy did not start: ${error}`, { cause: error });
    }
    haproxy.workers();
    return haproxy;
  }

  /** The master's. */
  get pid(): number {
    return this.#program.pid;
  }

  /** The pids of the workers, old ones included. */
  workers(): number[] {
    const workers = childrenOf(this.pid);
    for (const worker of workers) this.#everyWorker.add(worker);
    return workers;
  }

  logs(): string {
    return this.#program.stdout + this.#program.stderr;
  }

  waitForLog(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray> {
    return this.#program.untilSays(pattern, timeoutMs);
  }

  /** SIGUSR2: a new worker, the old one keeps its connections. */
  async reload(settings: HaproxySettings = {}): Promise<void> {
    writeConf({ ...this.#options, ...settings }, this.folder);
    this.workers();
    const since = this.#program.stderr.length;
    this.#program.signal('SIGUSR2');
    await this.#program.until('a new haproxy worker', () => LOADED.test(this.#program.stderr.slice(since)));
    await untilAccepts(this.port, this.#options.address, this.#options.netns?.connect);
    this.workers();
  }

  /** SIGUSR1: no new connections, the present ones go on. */
  softStop(): void {
    this.workers();
    this.#program.signal('SIGUSR1');
  }

  async stop(): Promise<void> {
    this.workers();
    await this.#program.stop('SIGTERM');
  }

  /** SIGKILL to the worker: all its connections die at once, with no log line; the master then ends too. */
  killWorker(): number {
    const worker = this.workers()[0];
    if (worker === undefined) throw new Error('haproxy has no worker');
    signalPid(worker, 'SIGKILL', 'haproxy');
    return worker;
  }

  /** Says one line to the admin socket, such as `shutdown sessions server b/s1`, and resolves with the answer. */
  async command(line: string): Promise<string> {
    const socket = connect(adminSocket(this.folder));
    await once(socket, 'connect');
    socket.write(`${line}\n`);
    return text(socket);
  }

  async close(): Promise<void> {
    if (this.#program.exit === null) this.workers();
    await this.#program.stop('SIGTERM', 2_000);
    for (const worker of this.#everyWorker) signalPid(worker, 'SIGKILL', 'haproxy');
    removeFolder(this.folder);
  }
}

/** Starts HAProxy and waits until it accepts. Rejects with its own words when it will not start. */
export const startHaproxy = (options: HaproxyOptions): Promise<Haproxy> => Haproxy.start(options);

/** What the master says once its worker runs. */
const LOADED = /Loading success/;

const adminSocket = (folder: string): string => join(folder, 'admin.sock');

function writeConf(options: HaproxyOptions & { readonly port: number }, folder: string): void {
  writeFileSync(join(folder, 'haproxy.cfg'), haproxyConf(options, folder));
}

function haproxyConf(options: HaproxyOptions & { readonly port: number }, folder: string): string {
  const mode = options.mode ?? 'http';
  const address = `${options.address ?? '127.0.0.1'}:${options.port}`;
  const lines = [
    'global',
    '  maxconn 2000', // the default asks for more descriptors than the machine gives
    '  log stdout format raw local0 info',
    `  stats socket ${adminSocket(folder)} mode 600 level admin expose-fd listeners`,
    optional('  hard-stop-after', options.hardStopAfter),
    options.extraGlobal,
    'defaults',
    `  mode ${mode}`,
    '  log global',
    '  option dontlognull', // no line for the readiness probe
    `  option ${mode}log`,
    '  timeout connect 5s',
    `  timeout client ${options.clientTimeout ?? '1m'}`,
    `  timeout server ${options.serverTimeout ?? '1m'}`,
    optional('  timeout tunnel', options.tunnelTimeout),
    options.serverClose ? '  option http-server-close' : undefined,
    mode === 'http' && (options.forwarded ?? true) ? '  option forwardfor' : undefined,
    'frontend f',
    `  bind ${address}${options.tls ? ` ssl crt ${joinedCertificate(options.tls, folder)}` : ''}`,
    '  default_backend b',
    options.extraFrontend,
    'backend b',
    `  server s1 ${targetAddress(options.target)}`,
    options.extraBackend,
  ];
  return `${lines.filter((line) => line !== undefined).join('\n')}\n`;
}

/** HAProxy wants certificate and key in one file. */
function joinedCertificate(tls: Certificate, folder: string): string {
  const path = join(folder, 'both.pem');
  writeFileSync(path, readFileSync(tls.certPath, 'utf8') + readFileSync(tls.keyPath, 'utf8'));
  return path;
}

const optional = (directive: string, value: string | undefined): string | undefined =>
  value === undefined ? undefined : `${directive} ${value}`;
