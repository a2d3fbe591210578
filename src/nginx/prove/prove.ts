import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../check.ts';
import type { Configuration } from '../parse/tree.ts';
import type { NginxVersion } from '../version.ts';
import { Backend } from './backend.ts';
import { type Claim, claimsOf, unsaid } from './claims.ts';
import { harmless } from './copy/harmless.ts';
import { listenAddresses } from './copy/listens.ts';
import { type Change, PLACES } from './copy/place.ts';
import { type Measured, measure, type Progress } from './measure.ts';
import type { InstalledNginx } from './nginx-build.ts';
import { makePrivateFolder, type PrivateFolder } from './private-folder.ts';
import { type Problem, problemsOf } from './problems.ts';
import { CopyRefused, RunningCopy } from './running-copy.ts';
import { type Site, sitesOf, type Unmeasured } from './sites.ts';
import { Trials } from './trials.ts';

/** Runs a real nginx with a configuration that was made harmless, measures what becomes of WebSockets, and cleans up. */

export interface ProveOptions {
  readonly nginx: InstalledNginx;
  /** How long an idle socket is waited for, in ms. */
  readonly waitMs: number;
  /** By how much the timers that can end a WebSocket are divided. */
  readonly scale: number;
  /** The one name to measure; null for every name of the configuration. */
  readonly host: string | null;
  /** Ends everything early: nothing is left behind, and there is no result worth reading. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export interface Proof {
  readonly version: NginxVersion | null;
  readonly waitMs: number;
  readonly scale: number;
  readonly changes: readonly Change[];
  readonly measured: Measured;
  readonly unmeasured: readonly Unmeasured[];
  readonly problems: readonly Problem[];
  readonly claims: readonly Claim[];
  /** Measured, and no rule of `check` had said it. */
  readonly unsaid: readonly Problem[];
}

/** More are named and not measured: each has a dozen connections. */
const MOST_SITES = 60;

/**
 * @param configuration without errors
 * @throws CopyRefused where a line cannot be made harmless; ConfigurationRefused where nginx does not take it; CannotStart
 */
export async function prove(configuration: Configuration, options: ProveOptions): Promise<Proof> {
  const cleanup = new Cleanup();
  try {
    return await proveWith(configuration, options, cleanup);
  } finally {
    await cleanup.run();
  }
}

async function proveWith(configuration: Configuration, options: ProveOptions, cleanup: Cleanup): Promise<Proof> {
  const { nginx, scale, waitMs, host, signal, progress } = options;
  refuseUnlessHarmless(configuration, options);
  progress.step('making a private copy');
  const folder = await makePrivateFolder(nginx.user);
  cleanup.folder(folder);
  // A second copy, so that the reload of one ends nothing that the other waits for.
  const second = await makePrivateFolder(nginx.user, folder);
  cleanup.folder(second);
  signal.throwIfAborted();
  const [{ certificate, key }] = PLACES.certificates;
  const pem = (file: string): string => readFileSync(join(folder.path, file), 'utf8');
  const backend = await Backend.start({ cert: pem(certificate), key: pem(key) });
  cleanup.later(() => backend.stop());
  const start = async (its: PrivateFolder, keepsIdle: boolean): Promise<RunningCopy> => {
    const running = await RunningCopy.start(configuration, { nginx, backend, folder: its, scale, keepsIdle });
    cleanup.process(running.process);
    return running;
  };
  const running = await start(folder, false);
  const trials = new Trials(running, backend, 'a', signal);
  const forReload = new Trials(await start(second, true), backend, 'b', signal);
  cleanup.later(async () => {
    trials.closeAll();
    forReload.closeAll();
  });
  signal.throwIfAborted();
  const { sites, unmeasured } = limited(sitesOf(configuration, host));
  const measured = await measure(configuration, trials, forReload, sites, {
    waitMs,
    scale,
    signal,
    progress,
  });
  if (!signal.aborted) for (const each of [trials, forReload]) each.running.process.assertWhole();
  const checked = check(configuration, { version: nginx.version, host });
  const examined = new Set(checked.view.sites.map(({ server }) => server.directive));
  const problems = problemsOf(configuration, measured, scale, examined);
  const claims = claimsOf(configuration, checked.findings, measured, scale);
  return {
    version: nginx.version,
    waitMs,
    scale,
    changes: running.copy.changes,
    measured,
    unmeasured,
    problems,
    claims,
    unsaid: unsaid(problems, claims),
  };
}

/** Before anything is made or started. */
function refuseUnlessHarmless(configuration: Configuration, { nginx, scale }: ProveOptions): void {
  const ports = new Map(listenAddresses(configuration).map((address): [string, number] => [address, 0]));
  const place = { folder: '/', ports, backendPort: 0, scale, keepsIdle: false, asRoot: false, nginx };
  const { refusals } = harmless(configuration, place);
  if (refusals.length > 0) throw new CopyRefused(refusals);
}

function limited({
  sites,
  unmeasured,
}: {
  readonly sites: readonly Site[];
  readonly unmeasured: readonly Unmeasured[];
}): {
  readonly sites: readonly Site[];
  readonly unmeasured: readonly Unmeasured[];
} {
  const rest = sites.slice(MOST_SITES).flatMap(({ listener, name }): Unmeasured[] => {
    const [server] = listener.servers;
    const because = `only ${MOST_SITES} names are measured at once: --host NAME measures one`;
    return server === undefined
      ? []
      : [{ address: listener.address, name: name ?? '', server: server.directive, because }];
  });
  return { sites: sites.slice(0, MOST_SITES), unmeasured: [...unmeasured, ...rest] };
}

/** Everything that has to go, in the end or when this process ends before that. */
class Cleanup {
  readonly #steps: (() => Promise<void>)[] = [];
  readonly #atExit: (() => void)[] = [];
  readonly #onExit = (): void => {
    for (const act of this.#atExit.toReversed()) act();
  };

  constructor() {
    process.once('exit', this.#onExit);
  }

  later(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  folder(folder: PrivateFolder): void {
    this.#atExit.push(() => folder.remove());
    this.later(async () => folder.remove());
  }

  process(started: RunningCopy['process']): void {
    this.#atExit.push(() => started.kill());
    this.later(() => started.stop());
  }

  /** The last that came is the first to go; one that fails keeps none of the others from going. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.splice(0).toReversed()) await step().catch((error: unknown) => failures.push(error));
    process.off('exit', this.#onExit);
    if (failures.length > 0) throw new AggregateError(failures, 'the private copy could not be cleaned up');
  }
}
