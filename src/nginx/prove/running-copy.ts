import { join } from 'node:path';
import type { ConfigError, Configuration, Position } from '../parse/tree.ts';
import type { Backend } from './backend.ts';
import type { Endpoint } from './client.ts';
import { harmless } from './copy/harmless.ts';
import { type Listener, listeners } from './copy/listens.ts';
import type { PrivateCopy, Refusal, Scope } from './copy/place.ts';
import { loopbackPorts } from './loopback-ports.ts';
import type { InstalledNginx } from './nginx-build.ts';
import { NginxProcess, NginxRefused } from './nginx-process.ts';
import type { PrivateFolder } from './private-folder.ts';

/** A private copy with a real nginx on it, and what nginx says about who answered. */

/** Lines of the configuration that could not be made harmless; nothing was run. */
export class CopyRefused extends Error {
  override readonly name = 'CopyRefused';
  readonly refusals: readonly Refusal[];

  constructor(refusals: readonly Refusal[]) {
    super('the configuration could not be made harmless');
    this.refusals = refusals;
  }
}

/** nginx here does not take the configuration. */
export class ConfigurationRefused extends Error {
  override readonly name = 'ConfigurationRefused';
  /** At the original's lines where nginx named one. */
  readonly errors: readonly ConfigError[];
  /** What nginx printed that names no line. */
  readonly printed: readonly string[];

  constructor(errors: readonly ConfigError[], printed: readonly string[]) {
    super('nginx does not start with this configuration');
    this.errors = errors;
    this.printed = printed;
  }
}

/** A request as nginx logged it at its end. */
export interface Answered {
  readonly scope: Scope;
  readonly status: number;
  /** Empty where no upstream was asked. */
  readonly upstream: string;
}

/** Between the look for a free port and nginx's bind somebody may take it. */
const START_TRIES = 3;
const POLL_MS = 10;

export interface RunOptions {
  readonly nginx: InstalledNginx;
  readonly backend: Backend;
  readonly folder: PrivateFolder;
  readonly scale: number;
  /** Whether idle sockets are to stay open whatever the configuration says. */
  readonly keepsIdle: boolean;
}

export class RunningCopy {
  readonly copy: PrivateCopy;
  readonly listeners: readonly Listener[];
  readonly process: NginxProcess;
  readonly #ports: ReadonlyMap<string, number>;
  readonly #certificate: Endpoint['certificate'];

  private constructor(
    copy: PrivateCopy,
    all: readonly Listener[],
    ports: ReadonlyMap<string, number>,
    process: NginxProcess,
    certificate: Endpoint['certificate'],
  ) {
    this.copy = copy;
    this.listeners = all;
    this.process = process;
    this.#ports = ports;
    this.#certificate = certificate;
  }

  /** @throws CopyRefused, ConfigurationRefused */
  static async start(configuration: Configuration, options: RunOptions): Promise<RunningCopy> {
    for (let tries = 1; ; tries++) {
      try {
        return await RunningCopy.#tryToStart(configuration, options);
      } catch (error) {
        if (!(error instanceof NginxRefused)) throw error;
        const taken = /bind\(\) to .* failed \(98:|Address already in use/.test(error.printed);
        if (!taken || tries === START_TRIES) throw error;
      }
    }
  }

  static async #tryToStart(
    configuration: Configuration,
    { nginx, backend, folder, scale, keepsIdle }: RunOptions,
  ): Promise<RunningCopy> {
    const all = listeners(configuration);
    const free = await loopbackPorts(all.length);
    const ports = new Map(all.map(({ address }, nth): [string, number] => [address, free[nth] ?? 0]));
    const place = {
      folder: folder.path,
      ports,
      backendPort: backend.port,
      scale,
      keepsIdle,
      asRoot: folder.asRoot,
      nginx,
    };
    const copy = harmless(configuration, place);
    if (copy.refusals.length > 0) throw new CopyRefused(copy.refusals);
    backend.markers = copy.markers;
    try {
      const started = await NginxProcess.start({ nginx, folder: folder.path, text: copy.text, ports: free });
      return new RunningCopy(copy, all, ports, started, backend.certificate);
    } catch (error) {
      if (!(error instanceof NginxRefused) || /bind\(\) to/.test(error.printed)) throw error;
      throw inOriginal(error, copy, folder.path);
    }
  }

  endpoint({ address, ssl, proxyProtocol }: Listener, serverName: string, from: string | null): Endpoint {
    const port = this.#ports.get(address) ?? 0;
    return { port, tls: ssl, serverName, certificate: this.#certificate, proxyProtocol, from };
  }

  /** Waits for nginx's line on a request, which it writes when the request ends. @returns null where none comes */
  async answered(trial: string, key: string | null, timeoutMs: number): Promise<Answered | null> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const found = this.#answeredSoFar(trial, key);
      if (found !== null || performance.now() > deadline) return found;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  #answeredSoFar(trial: string, key: string | null): Answered | null {
    for (const line of this.process.answeredLog().split('\n').slice(0, -1)) {
      const said: unknown = JSON.parse(line);
      if (!isLogged(said) || (said.trial !== trial && (key === null || said.key !== key))) continue;
      const scope = this.copy.scopes.find(({ number }) => number === said.scope);
      if (scope !== undefined) return { scope, status: Number(said.status), upstream: said.upstream };
    }
    return null;
  }
}

interface Logged {
  readonly scope: number;
  readonly trial: string;
  readonly key: string;
  readonly status: string;
  readonly upstream: string;
}

function isLogged(said: unknown): said is Logged {
  return typeof said === 'object' && said !== null && 'scope' in said && 'trial' in said && 'key' in said;
}

/** nginx's words, at the lines of the configuration that the operator wrote. */
function inOriginal({ printed }: NginxRefused, { lines, changes }: PrivateCopy, folder: string): ConfigurationRefused {
  const errors: ConfigError[] = [];
  const others: string[] = [];
  for (const line of printed.split('\n').filter((each) => /\[(emerg|alert|crit)\]/.test(each))) {
    const says = line.replace(/^.*?\[(?:emerg|alert|crit)\] (?:\d+#\d+: )?/, '');
    const match = new RegExp(`^(.*) in ${escaped(join(folder, 'nginx.conf'))}:(\\d+)$`).exec(says);
    const at: Position | null = lines[Number(match?.[2] ?? 0) - 1] ?? null;
    if (match === null || at === null) others.push((match?.[1] ?? says) + withoutModules(says, changes));
    else errors.push({ ...at, says: match[1] ?? says });
  }
  return new ConfigurationRefused(errors, errors.length + others.length === 0 ? [printed.trim()] : others);
}

/** A variable may be unknown for want of what the copy leaves out, and known to the operator's own nginx. */
function withoutModules(says: string, changes: PrivateCopy['changes']): string {
  const modules = changes.filter(
    ({ kind, directive }) => kind === 'missing' || (kind === 'left-out' && MODULES.test(directive)),
  );
  if (!/^unknown ".*" variable/.test(says) || modules.length === 0) return '';
  const named = [...new Set(modules.map(({ directive, at }) => `${directive} (line ${at.line})`))].join(', ');
  return `; the copy is without ${named}, which may be what brings it`;
}

const MODULES = /^(load_module|geoip_.*)$/;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
