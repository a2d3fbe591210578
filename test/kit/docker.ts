/**
 * A Docker Engine of its own, real, in a network namespace: its bridges, published ports and docker-proxy touch nobody else's.
 *
 *     const docker = await Docker.start();         // builds the image too: half a minute, two at the first time
 *     await docker.run('run', '--detach', '--publish', '8066:8066', HANGUP_IMAGE, …);
 *     const socket = await docker.connect(8066);   // as a program on the engine's host
 *     await docker.close();                        // with all that it ran
 */

import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BASE_ENV, baseArchive } from './docker-base.ts';
import { engineFolder } from './docker-sweep.ts';
import { Namespace } from './namespace.ts';
import type { Needed } from './needs.ts';
import { Program, sbinPath } from './program.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NGINX_CONTEXT = fileURLToPath(new URL('../container/fixtures/nginx', import.meta.url));

export const DOCKER_NEEDS: readonly Needed[] = [
  'root',
  'ip',
  'iptables',
  'nsenter',
  'dockerd',
  'docker-compose',
  'debootstrap',
];

/** Built from the tree's Dockerfile; the name that the compose files of examples/ have for it. */
export const HANGUP_IMAGE = 'hangup:latest';
/** Stands for the official image, whose folders and command it has. */
export const NGINX_IMAGE = 'nginx:kit';
/** What the Dockerfile builds upon. */
export const BASE_IMAGE = /^ARG NODE_IMAGE=(\S+)$/m.exec(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))?.[1] ?? '';

const ENGINE_READY_MS = 60_000;
/** It stops its containers first. */
const ENGINE_STOP_MS = 20_000;
/** `npm ci`, the compiler and the page, at the lowest priority. */
const COMMAND_MS = 300_000;
const OUTPUT_BYTES = 64 * 1024 * 1024;
/** Of a failed command, in characters. */
const TAIL = 4_000;

/** Without a network of its own: it may build in the machine's, where npm's registry is, and leaves that as it is. */
const NO_NETWORK = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-forward=false', '--ip-masq=false'];

const execute = promisify(execFile);

export class Docker {
  /** The host that the engine is on: published ports are here, and nowhere else. */
  readonly host: Namespace;
  readonly #place: Place;
  readonly #daemon: Program;

  private constructor(host: Namespace, place: Place, daemon: Program) {
    this.host = host;
    this.#place = place;
    this.#daemon = daemon;
  }

  /** An engine that has {@link HANGUP_IMAGE} and {@link NGINX_IMAGE}. */
  static async start(): Promise<Docker> {
    const place = new Place();
    try {
      await makeImages(place);
      const host = await Namespace.create('docker');
      return new Docker(host, place, await startDaemon(place, host));
    } catch (error) {
      place.clear();
      throw error;
    }
  }

  /** The `docker` command to its end; resolves with its stdout, rejects with its stderr. */
  run(...args: readonly string[]): Promise<string> {
    return this.#place.run(args);
  }

  /** stdout and stderr of a container so far. */
  async logs(container: string): Promise<string> {
    return this.#place.run(['logs', container], { withErrors: true });
  }

  /** `docker inspect` of whatever has that name. @param format of Go's templates, for one value */
  async inspect(name: string, format: string): Promise<string> {
    return (await this.run('inspect', '--format', format, name)).trim();
  }

  /** `docker-compose` to its end. @param folder relative file names start here @param env over this process's */
  compose(folder: string, env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> {
    return this.#place.run(args, { program: 'docker-compose', folder, env });
  }

  /** A connection to a published port, from the engine's host. */
  connect(port: number, address = '127.0.0.1'): Promise<Socket> {
    return this.host.connect(port, address);
  }

  async close(): Promise<void> {
    const containers = (await this.run('ps', '--all', '--quiet')).split('\n').filter(Boolean);
    if (containers.length > 0) await this.run('rm', '--force', ...containers);
    await this.#daemon.stop('SIGTERM', ENGINE_STOP_MS);
    await this.host.close();
    this.#place.clear();
  }
}

interface RunOptions {
  readonly program?: string;
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly withErrors?: boolean;
}

/** The folder of an engine, and how its daemons are spoken to. */
class Place {
  readonly folder: string;
  readonly clear: () => void;

  constructor() {
    const { folder, sweepNow } = engineFolder();
    this.folder = folder;
    this.clear = sweepNow;
    mkdirSync(join(folder, 'config'));
  }

  get socket(): string {
    return `unix://${join(this.folder, 'docker.sock')}`;
  }

  async run(
    args: readonly string[],
    { program = 'docker', folder, env, withErrors }: RunOptions = {},
  ): Promise<string> {
    const { stdout, stderr } = await execute(program, args, {
      cwd: folder ?? this.folder,
      // The operator's own configuration (contexts, credentials) is none of our business.
      env: {
        ...sbinPath(),
        DOCKER_HOST: this.socket,
        DOCKER_CONFIG: join(this.folder, 'config'),
        DOCKER_BUILDKIT: '0',
        ...env,
      },
      timeout: COMMAND_MS,
      maxBuffer: OUTPUT_BYTES,
    }).catch((error: unknown) => {
      // A build says on stdout why it failed.
      if (error instanceof Error && 'stdout' in error) error.message += `\n${String(error.stdout).slice(-TAIL)}`;
      throw error;
    });
    return withErrors ? stdout + stderr : stdout;
  }
}

async function makeImages(place: Place): Promise<void> {
  const archive = await baseArchive(place.folder);
  const builder = await startDaemon(place, null);
  try {
    await place.run(['import', '--change', `ENV ${BASE_ENV}`, archive, BASE_IMAGE]);
    await place.run(['build', '--network=host', '--tag', HANGUP_IMAGE, ROOT]);
    const base = ['--build-arg', `BASE=${BASE_IMAGE}`];
    await place.run(['build', '--network=none', ...base, '--tag', NGINX_IMAGE, NGINX_CONTEXT]);
  } finally {
    await builder.stop('SIGTERM', ENGINE_STOP_MS);
  }
}

/** @param host the namespace to run in; null for the machine's, without a network */
async function startDaemon(place: Place, host: Namespace | null): Promise<Program> {
  // By nsenter, for `ip netns exec` mounts /sys anew and so hides the cgroups.
  const where = host === null ? ['nice', '-n', '19'] : ['nsenter', `--net=/run/netns/${host.name}`];
  const own = ['--data-root', join(place.folder, 'data'), '--exec-root', join(place.folder, 'exec')];
  const daemon = Program.start(
    [...where, 'dockerd', ...own, '-p', join(place.folder, 'pid'), '-H', place.socket, ...(host ? [] : NO_NETWORK)],
    { env: sbinPath() },
  );
  await daemon.untilSays(/API listen on/, ENGINE_READY_MS);
  return daemon;
}
