import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { compareVersions } from '../version.ts';
import { CannotStart } from './cannot-start.ts';
import { PLACES } from './copy/place.ts';
import { inWatchedGroup } from './janitor.ts';
import type { InstalledNginx } from './nginx-build.ts';

/** A real nginx on a private copy: started in the foreground, reloaded, and always ended. */

/** How long nginx may take to accept, or to obey a signal, before it is told more firmly. */
const START_TIMEOUT_MS = 10_000;
const QUIT_GRACE_MS = 1_000;
const TERM_GRACE_MS = 2_000;
const POLL_MS = 20;

/** `-e` came with 1.19.5; before it nginx opens the log it was built with, until it has read its configuration. */
const EARLY_LOG_SINCE = { major: 1, minor: 19, patch: 5 };

/** nginx ended instead of starting. */
export class NginxRefused extends Error {
  override readonly name = 'NginxRefused';
  /** All that it printed, `nginx: [emerg] … in FILE:LINE`. */
  readonly printed: string;

  constructor(printed: string) {
    super('nginx did not start');
    this.printed = printed;
  }
}

export interface StartOptions {
  readonly nginx: InstalledNginx;
  readonly folder: string;
  readonly text: string;
  /** Loopback ports that it is to accept on. */
  readonly ports: readonly number[];
}

export class NginxProcess {
  readonly folder: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #printed = '';
  #reloaded = false;

  private constructor(child: ChildProcess, folder: string) {
    this.folder = folder;
    this.#child = child;
    child.stdin?.on('error', () => undefined);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#printed += text;
    });
    this.#ended = new Promise((resolve) => {
      child.once('close', () => resolve());
      child.once('error', () => resolve());
    });
  }

  /** @throws NginxRefused, with what it printed */
  static async start({ nginx, folder, text, ports }: StartOptions): Promise<NginxProcess> {
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, text, { mode: 0o600 });
    const early = nginx.version === null || compareVersions(nginx.version, EARLY_LOG_SINCE) >= 0;
    const args = ['-p', `${folder}/`, '-c', file, ...(early ? ['-e', 'stderr'] : [])];
    const [program = '', ...words] = inWatchedGroup([nginx.path, ...args]);
    // A process group of its own: Ctrl-C reaches hangup alone, which ends both in order.
    const child = spawn(program, words, {
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
      cwd: folder,
      env: {},
    });
    const started = new NginxProcess(child, folder);
    try {
      await started.#untilAccepts(ports);
      return started;
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  async #untilAccepts(ports: readonly number[]): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    for (const port of ports) {
      while (!(await accepts(port))) {
        if (!this.#runs) {
          await this.#ended;
          throw new NginxRefused(this.#printed);
        }
        if (performance.now() > deadline) throw new NginxRefused(`nginx accepts nothing on port ${port}\n`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    }
    // Somebody else may have been listening on a port that nginx then could not have.
    if (!this.#runs) throw new NginxRefused(this.#printed);
  }

  get #runs(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** SIGHUP. Resolves when the old worker has been told to end gracefully. @throws CannotStart when nginx does not say so in time */
  async reload(): Promise<void> {
    const before = this.infoLog().length;
    this.#reloaded = true;
    this.#child.kill('SIGHUP');
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!this.infoLog().slice(before).includes('gracefully shutting down')) {
      if (!this.#runs || performance.now() > deadline) throw new CannotStart('nginx did not obey SIGHUP');
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** All it has logged, at level info. */
  infoLog(): string {
    return read(join(this.folder, PLACES.infoLog));
  }

  /** What it has logged at the operator's level. */
  operatorLog(): string {
    return read(join(this.folder, PLACES.errorLog));
  }

  /** One JSON object a line: which block answered. */
  answeredLog(): string {
    return read(join(this.folder, PLACES.answeredLog));
  }

  /**
   * Nothing that was measured counts when a worker was ended from outside, as by the kernel for want of memory, when it
   * crashed, or when there was too little for it.
   * @throws CannotStart in nginx's own words
   */
  assertWhole(): void {
    // After a reload the old worker ends, as it should, with code 0.
    const fell = /worker process \d+ exited (?:on signal \d+|with (?:fatal )?code (\d+))[^\n]*/g;
    const [said] = [...this.infoLog().matchAll(fell)].filter(([, code]) => !this.#reloaded || code !== '0');
    if (/\(24: Too many open files\)|worker_connections are not enough/.test(this.infoLog()))
      throw new CannotStart('there are too few open files for all of it (ulimit -n); --host NAME measures one site');
    if (this.#runs && said === undefined) return;
    throw new CannotStart(`nginx ended while it was being measured${said === undefined ? '' : ` (${said[0]})`}`);
  }

  /** QUIT, then TERM, then KILL: resolves when it is gone; with its end its group is killed (janitor.ts). */
  async stop(): Promise<void> {
    for (const [signal, graceMs] of [
      ['SIGQUIT', QUIT_GRACE_MS],
      ['SIGTERM', TERM_GRACE_MS],
    ] as const) {
      if (!this.#runs) break;
      this.#child.kill(signal);
      await Promise.race([this.#ended, new Promise((resolve) => setTimeout(resolve, graceMs).unref())]);
    }
    this.kill();
    await this.#ended;
  }

  /** Ends it and its workers at once, without waiting: for when this process ends by itself. */
  kill(): void {
    const { pid } = this.#child;
    // Until its end was seen nobody else has its number.
    if (pid !== undefined && this.#runs) process.kill(-pid, 'SIGKILL');
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
