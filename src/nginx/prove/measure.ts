import { headerValues } from '../../wire/http-head.ts';
import type { Configuration, Directive } from '../parse/tree.ts';
import { httpDirectives } from './copy/listens.ts';
import { type TimerInForce, timeMs, timerInForce } from './copy/timers.ts';
import { type CookieResult, measureSentCookies, measureSetCookies } from './measurements/cookies.ts';
import { type IdleResult, measureIdle } from './measurements/idle.ts';
import { type OriginResult, originOf } from './measurements/origin.ts';
import { measurePlain, type PlainResult } from './measurements/plain.ts';
import { measureRearm, type RearmResult, schedule } from './measurements/rearm.ts';
import { measureRefusal, type RefusalResult } from './measurements/refusal.ts';
import { measureReload, type ReloadPlan, type ReloadResult, watchMs } from './measurements/reload.ts';
import { measureUnknownName, type UnknownNameResult } from './measurements/unknown-name.ts';
import { measureUpgrade, type UpgradeResult } from './measurements/upgrade.ts';
import { onOwnPort, type Site, type SocketPath, signedIn, socketPaths, subpathOf } from './sites.ts';
import type { Trials } from './trials.ts';

/** Everything that is measured, in two rounds: what can be asked at once, then what takes its time, all together. */

/** What the operator is told meanwhile. */
export interface Progress {
  step(says: string): void;
  /** @param ms how long it will take at most */
  waiting(says: string, ms: number): void;
}

export interface MeasureOptions {
  readonly waitMs: number;
  readonly scale: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** A WebSocket path that an upgrade gets through, left to itself. */
export interface SocketResult {
  readonly path: SocketPath;
  /** `proxy_read_timeout` where the request was answered; null where nginx did not say where that was. */
  readonly timer: TimerInForce | null;
  readonly idle: IdleResult;
  readonly rearmedByClient: RearmResult;
  readonly rearmedByServer: RearmResult;
}

export interface SiteResult {
  readonly site: Site;
  /** `redirect`: nginx sends everybody elsewhere; `other`: it answers by itself and asks no backend. */
  readonly kind: 'proxied' | 'redirect' | 'other';
  /** The server block that answered. */
  readonly server: Directive | null;
  readonly upgrades: readonly UpgradeResult[];
  /** The Host and Origin of the main socket, as the browser of that address sends them. */
  readonly origin: OriginResult | null;
  /**
   * The listener's port is lost on the way, and the rest was measured as behind a proxy on the scheme's own port, where
   * there is none to lose.
   */
  readonly withoutPort: boolean;
  /** The `ssl_verify_client` by which nginx asks for a certificate there. */
  readonly clientCertificate: Directive | null;
  readonly refusal: RefusalResult;
  readonly plain: PlainResult;
  readonly sentCookies: readonly CookieResult[];
  readonly setCookies: readonly CookieResult[];
  readonly sockets: readonly SocketResult[];
}

export interface Measured {
  readonly sites: readonly SiteResult[];
  readonly unknownNames: readonly UnknownNameResult[];
  /** null where no WebSocket could be opened. */
  readonly reload: ReloadResult | null;
  /** `worker_shutdown_timeout` as the configuration has it. */
  readonly shutdownTimeout: TimerInForce;
  /** A piece of an http block was given: what stands around it, nobody knows here. */
  readonly isPiece: boolean;
}

/** The server that answered; where none did, the one whose name was asked for, or any of the address. */
export function serversOf({ server, site }: Pick<SiteResult, 'server' | 'site'>): readonly Directive[] {
  const known = server ?? site.server;
  return known === null ? site.listener.servers.map(({ directive }) => directive) : [known];
}

/** Sites that are asked at the same time: each has a handful of connections open. */
const AT_ONCE = 8;

type FirstRound = Omit<SiteResult, 'sockets'>;

/** @param forReload trials on a second nginx, so that its reload disturbs nothing else */
export async function measure(
  configuration: Configuration,
  trials: Trials,
  forReload: Trials,
  sites: readonly Site[],
  options: MeasureOptions,
): Promise<Measured> {
  const { progress, signal } = options;
  progress.step(`asking ${sites.length === 1 ? 'one site' : `${sites.length} sites`} for their sockets`);
  const top = topOf(configuration);
  const ask = (site: Site): Promise<FirstRound> => firstRound(trials, site, socketPaths(configuration, site), top);
  const first: FirstRound[] = [];
  for (let at = 0; at < sites.length && !signal.aborted; at += AT_ONCE) {
    first.push(...(await Promise.all(sites.slice(at, at + AT_ONCE).map(ask))));
  }
  const addresses = new Map(sites.map((site) => [site.listener.address, site]));
  const unknownNames = await Promise.all([...addresses.values()].map((site) => measureUnknownName(trials, site)));
  const through = first.flatMap(({ site, upgrades }) =>
    upgrades.filter((upgrade) => upgrade.through).map((upgrade) => ({ site, upgrade, timer: timerOf(upgrade, top) })),
  );
  const plan = reloadPlan(through, configuration, options);
  progress.waiting(waitingFor(through.length, options), longest(through, plan, options));
  const [sockets, reload] = await Promise.all([
    Promise.all(
      through.map(async ({ site, upgrade, timer }) => ({
        site,
        result: await secondRound(trials, site, upgrade, timer, options),
      })),
    ),
    plan.sockets.length === 0 || signal.aborted ? null : measureReload(forReload, plan, signal),
  ]);
  return {
    sites: first.map((each) => ({
      ...each,
      sockets: sockets.filter(({ site }) => site === each.site).map(({ result }) => result),
    })),
    unknownNames,
    reload,
    shutdownTimeout: shutdownTimeout(configuration),
    isPiece: configuration.context === 'http',
  };
}

async function firstRound(
  trials: Trials,
  unknown: Site,
  paths: readonly SocketPath[],
  top: readonly Directive[],
): Promise<FirstRound> {
  const [first] = paths;
  const asked = first === undefined ? unknown : await withSignIn(trials, unknown, first);
  const asBrowser = first === undefined ? null : originOf(asked, await measureUpgrade(trials, asked, first));
  const withoutPort = asBrowser !== null && !asBrowser.accepted && asBrowser.host === asked.serverName;
  const site = withoutPort ? onOwnPort(asked) : asked;
  const upgrades: UpgradeResult[] = [];
  for (const path of paths) upgrades.push(await measureUpgrade(trials, site, path));
  const plain = await measurePlain(trials, site, subpathOf(paths));
  const best = upgrades.find(({ through }) => through);
  const server = serverOf(upgrades);
  return {
    site,
    withoutPort,
    refusal: await measureRefusal(trials, site, best?.path ?? null),
    kind: kindOf(upgrades, plain),
    server,
    clientCertificate: site.listener.ssl ? clientCertificate(server ?? site.server, top) : null,
    upgrades,
    origin: asBrowser,
    plain,
    sentCookies: best === undefined ? [] : await measureSentCookies(trials, site, best.path),
    setCookies: best === undefined ? [] : await measureSetCookies(trials, site, best.path),
  };
}

async function withSignIn(trials: Trials, site: Site, path: SocketPath): Promise<Site> {
  const { answer } = await measureUpgrade(trials, site, path);
  const challenges = headerValues(answer?.headers ?? [], 'www-authenticate');
  return challenges.some((challenge) => /^basic\b/i.test(challenge)) ? signedIn(site) : site;
}

function kindOf(upgrades: readonly UpgradeResult[], plain: PlainResult): SiteResult['kind'] {
  const asked = ({ answered, received }: UpgradeResult): boolean =>
    received !== null || (answered?.upstream ?? '') !== '';
  if (upgrades.some(asked) || plain.requests.some(({ reached }) => reached)) return 'proxied';
  const redirected = (status: number | null): boolean => status !== null && status >= 300 && status < 400;
  return redirected(upgrades[0]?.answer?.status ?? null) && redirected(plain.requests[0]?.status ?? null)
    ? 'redirect'
    : 'other';
}

function serverOf(upgrades: readonly UpgradeResult[]): Directive | null {
  const first = upgrades.find(({ answered }) => answered !== null)?.answered?.scope.directive ?? null;
  for (let level = first; level !== null; level = level.parent) if (level.name === 'server') return level;
  return null;
}

function clientCertificate(server: Directive | null, top: readonly Directive[]): Directive | null {
  const verify = server === null ? null : timerInForce('ssl_verify_client', server, top).from;
  return verify === null || verify.args[0]?.text === 'off' ? null : verify;
}

async function secondRound(
  trials: Trials,
  site: Site,
  { path }: UpgradeResult,
  timer: TimerInForce | null,
  { waitMs, scale, signal }: MeasureOptions,
): Promise<SocketResult> {
  const timerMs = timer?.ms == null ? null : timer.ms / scale;
  const [idle, rearmedByClient, rearmedByServer] = await Promise.all([
    measureIdle(trials, site, path, waitMs, signal),
    measureRearm(trials, site, path, 'client', timerMs, waitMs, signal),
    measureRearm(trials, site, path, 'server', timerMs, waitMs, signal),
  ]);
  return { path, timer, idle, rearmedByClient, rearmedByServer };
}

/** Lines that stand around every block: those of a piece of an http block. */
const topOf = (configuration: Configuration): readonly Directive[] =>
  configuration.context === 'http' ? httpDirectives(configuration) : [];

const timerOf = ({ answered }: UpgradeResult, top: readonly Directive[]): TimerInForce | null =>
  answered === null ? null : timerInForce('proxy_read_timeout', answered.scope.directive, top);

function shutdownTimeout({ directives }: Configuration): TimerInForce {
  const from = directives.find(({ name }) => name === 'worker_shutdown_timeout') ?? null;
  const ms = from === null ? null : timeMs(from.args[0]?.text ?? '');
  // 0 sets no timer (ngx_set_shutdown_timer).
  return { name: 'worker_shutdown_timeout', ms: ms === 0 ? null : ms, from };
}

interface Through {
  readonly site: Site;
  readonly upgrade: UpgradeResult;
  readonly timer: TimerInForce | null;
}

/** One socket of each site: a reload treats all alike. */
function reloadPlan(
  through: readonly Through[],
  configuration: Configuration,
  { waitMs, scale }: MeasureOptions,
): ReloadPlan {
  const { ms } = shutdownTimeout(configuration);
  const first = through.filter((each, nth) => through.findIndex(({ site }) => site === each.site) === nth);
  return {
    sockets: first.map(({ site, upgrade }) => ({ site, path: upgrade.path })),
    shutdownMs: ms === null ? null : ms / scale,
    waitMs,
  };
}

function longest(through: readonly Through[], plan: ReloadPlan, { waitMs, scale }: MeasureOptions): number {
  const timers = through.map(({ timer }) => (timer?.ms == null ? waitMs : schedule(timer.ms / scale).untilMs));
  return Math.min(waitMs, Math.max(plan.sockets.length === 0 ? 0 : watchMs(plan), ...timers, 0));
}

function waitingFor(sockets: number, { scale }: MeasureOptions): string {
  const quick = scale === 1 ? '' : ` (timers divided by ${scale})`;
  return `waiting for idle timers of ${sockets === 1 ? 'one socket' : `${sockets} sockets`}, and for a reload${quick}`;
}
