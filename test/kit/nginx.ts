/** A real nginx of its own: own folder, own port, own pid. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LogFile } from './log-file.ts';
import { type NginxPlace, type NginxSettings, nginxConf } from './nginx-conf.ts';
import { freePort, untilAccepts } from './ports.ts';
import { childrenOf, Program, sbinPath, signalPid } from './program.ts';
import { type ProxyOptions, type ProxyProcess, targetAddress } from './proxy.ts';
import { removeFolder, temporaryFolder } from './temporary.ts';
import { within } from './until.ts';

export interface NginxOptions extends ProxyOptions, NginxSettings {
  /** Takes the place of the whole configuration. */
  readonly conf?: (place: NginxPlace) => string;
}

export class Nginx implements ProxyProcess {
  readonly port: number;
  readonly folder: string;
  readonly errorLog: LogFile;
  readonly accessLog: LogFile;
  readonly #program: Program;
  readonly #options: NginxOptions;
  readonly #place: NginxPlace;
  readonly #everyWorker = new Set<number>();

  private constructor(program: Program, options: NginxOptions, place: NginxPlace, logs: [LogFile, LogFile]) {
    this.port = place.port;
    this.folder = place.folder;
    [this.errorLog, this.accessLog] = logs;
    this.#program = program;
    this.#options = options;
    this.#place = place;
  }

  static async start(options: NginxOptions): Promise<Nginx> {
    const folder = temporaryFolder('nginx');
    const place: NginxPlace = {
      address: options.address ?? '127.0.0.1',
      port: options.port ?? (await freePort()),
      target: targetAddress(options.target),
      folder,
    };
    writeFileSync(join(folder, 'nginx.conf'), confText(options, place));
    const logs: [LogFile, LogFile] = [new LogFile(join(folder, 'error.log')), new LogFile(join(folder, 'access.log'))];
    const command = ['nginx', '-c', join(folder, 'nginx.conf'), '-p', folder, '-e', 'stderr'];
    const program = Program.start(command, { env: sbinPath(), netns: options.netns?.name });
    const nginx = new Nginx(program, options, place, logs);
    const refused = program.exited.then(() => {
      throw new Error(`nginx did not start:\n${program.stderr}${logs[0].text()}`);
    });
    try {
      await Promise.race([untilAccepts(place.port, place.address, options.netns?.connect), refused]);
    } catch (error) {
      await nginx.close();
      throw error;
    }
    refused.catch(() => undefined);
    nginx.workers();
    return nginx;
  }

  /** The master's. */
  get pid(): number {
    return this.#program.pid;
  }

  /** The pids of the workers, those that are shutting down included. */
  workers(): number[] {
    const workers = childrenOf(this.pid);
    for (const worker of workers) this.#everyWorker.add(worker);
    return workers;
  }

  logs(): string {
    return this.errorLog.text() + this.accessLog.text();
  }

  /** A match in the error log. For the access log ask `accessLog.until`. */
  waitForLog(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray> {
    return this.errorLog.until(pattern, timeoutMs);
  }

  /** SIGHUP, with other settings if given; resolves when new workers run. */
  async reload(settings: NginxSettings = {}): Promise<void> {
    writeFileSync(join(this.folder, 'nginx.conf'), confText({ ...this.#options, ...settings }, this.#place));
    const before = this.workers();
    const since = this.errorLog.text().length;
    this.#program.signal('SIGHUP');
    await this.errorLog.untilFound('a new worker after HUP', (text) => {
      const emergency = /\[emerg\].*/.exec(text.slice(since));
      if (emergency) throw new Error(`nginx refused its configuration: ${emergency[0]}`);
      return this.workers().some((worker) => !before.includes(worker));
    });
  }

  /** SIGQUIT: no new connections, the present ones go on. Returns at once; `exited` tells when all have ended. */
  quit(): void {
    this.workers();
    this.#program.signal('SIGQUIT');
  }

  async stop(): Promise<void> {
    this.workers();
    await this.#program.stop('SIGTERM');
  }

  get exited(): Promise<unknown> {
    return this.#program.exited;
  }

  /** SIGKILL to one worker (the nth); the master starts another. Returns its pid. */
  killWorker(nth = 0): number {
    const worker = this.workers()[nth];
    if (worker === undefined) throw new Error(`nginx has no worker number ${nth}`);
    signalPid(worker, 'SIGKILL', 'nginx: worker');
    return worker;
  }

  /** SIGKILL to the master alone: its workers go on. */
  async killMaster(): Promise<void> {
    this.workers();
    this.#program.signal('SIGKILL');
    await within(this.#program.gone, 'the end of the nginx master');
  }

  async close(): Promise<void> {
    if (this.#program.exit === null) this.workers();
    await this.#program.stop('SIGTERM', 2_000);
    for (const worker of this.#everyWorker) signalPid(worker, 'SIGKILL', 'nginx: worker');
    this.errorLog.close();
    this.accessLog.close();
    removeFolder(this.folder);
  }
}

/** Starts nginx and waits until it accepts. Rejects with its own words when it will not start. */
export const startNginx = (options: NginxOptions): Promise<Nginx> => Nginx.start(options);

const confText = (options: NginxOptions, place: NginxPlace): string =>
  options.conf ? options.conf(place) : nginxConf(options, place);
