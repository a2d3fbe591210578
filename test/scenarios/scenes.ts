/**
 * Scenarios as a table: what is done for real, and what `hangup report --json` must say of it.
 *
 * All scenes of a table run at once against one gateway process, each through a tap and a proxy of its own, so that none is
 * a part of another's incident. One report is read 1 s after the last of them: the contract's time for a verdict.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gateway, type GatewayOptions, startGateway, type VerdictLine } from '../kit/gateway-process.ts';
import { Path, type PathSpec, pass } from './path.ts';

/** "a verdict is there within 1 s of the close" (DESIGN.md, Contracts). */
const VERDICT_WITHIN_MS = 1_000;
/** Programs that start at the same time: more only wait for the two cores. */
const STARTS_AT_ONCE = 4;
const SCENES_MS = 150_000;
/** An end so long after its timer is the machine's doing, not the proxy's, in ms (timers were measured up to 61 ms late). */
const LATE_MS = 50;
/** How often a scene that the machine delayed is played again. */
const REPLAYS = 3;

/** Fields of a verdict; vitest's asymmetric matchers (`expect.stringMatching`) stand where several are right. */
export interface Expected {
  readonly closedBy: string;
  readonly cause: string;
  readonly certainty: string;
  readonly manner?: string;
  readonly hop?: string | null;
  readonly closeCode?: number | null;
  readonly refusal?: string | null;
  /** What would settle it; null where nothing is left to settle. Left out: null if certain, some text if not. */
  readonly witness?: RegExp | null;
  readonly remedy?: RegExp | null;
  readonly summary?: RegExp;
  /** What some line of evidence says. */
  readonly says?: RegExp;
  /** What no line of evidence says: an alternative that must be excluded. */
  readonly saysNot?: RegExp;
}

export interface Scene {
  readonly name: string;
  readonly path: PathSpec;
  /** Causes the end. Resolves when it has come. */
  readonly play: (path: Path) => Promise<unknown>;
  /** WebSockets (and refused upgrades) whose verdict is looked at; default 1. */
  readonly count?: number;
  /** What every verdict of the scene must be, or null where it is all in `check`. */
  readonly verdict: Expected | null;
  readonly check?: (verdicts: readonly Verdict[]) => void;
  /** The end comes so many ms after the last byte. When this machine was too busy for that, the scene is played again. */
  readonly timerMs?: number;
  /** The silence that the timer measures, if not that of both sides. */
  readonly silenceOf?: (verdict: Verdict) => number | null;
}

export type Verdict = VerdictLine & { readonly witness: string | null };

/** Runs the scenes before the first test, and makes a test of each. */
export function playScenes(scenes: readonly Scene[], options: Partial<GatewayOptions> = {}): void {
  let gateway: Gateway | null = null;
  const paths = new Map<Scene, Path>();
  const failures = new Map<Scene, unknown>();
  let verdicts: Verdict[] = [];

  beforeAll(async () => {
    for (const [nth, scene] of scenes.entries()) paths.set(scene, new Path(`t${nth}`, scene.path));
    const all = [...paths.values()];
    await inBatches(all, (path) => path.startBehindTap());
    const started = await startGateway({ keepalive: 'off', taps: all.map((path) => path.tap), ...options });
    gateway = started;
    await inBatches(all, (path) => path.startBeforeTap(started.portOf(path.tapName)));
    await Promise.all(
      [...paths].map(async ([scene, path]) => {
        await scene.play(path).catch((error: unknown) => failures.set(scene, error));
      }),
    );
    await pass(VERDICT_WITHIN_MS);
    verdicts = (await started.verdicts()).map(withWitness);
  }, SCENES_MS);

  afterAll(async () => {
    await inBatches([...paths.values()], (path) => path.close());
    await gateway?.close();
  });

  const verdictsOf = async (scene: Scene, since = 0): Promise<Verdict[]> => {
    if (since > 0) verdicts = ((await gateway?.verdicts()) ?? []).map(withWitness);
    const tap = paths.get(scene)?.tapName;
    return verdicts.filter((verdict) => verdict.tap === tap && Date.parse(verdict.openedAt) >= since);
  };

  const cases = scenes.map((scene) => [scene.name, scene] as const);
  test.for(cases)('%s', { timeout: SCENES_MS }, async ([, scene], { annotate }) => {
    if (failures.has(scene)) throw failures.get(scene);
    let own = await verdictsOf(scene);
    for (let played = 0; played < REPLAYS && own.some((verdict) => wasLate(verdict, scene)); played++) {
      const since = Date.now();
      const path = paths.get(scene);
      if (path !== undefined) await scene.play(path);
      await pass(VERDICT_WITHIN_MS);
      own = await verdictsOf(scene, since);
    }
    expect(own.length, `verdicts ${VERDICT_WITHIN_MS} ms after the close\n${gateway?.stderr}`).toBe(scene.count ?? 1);
    for (const verdict of own) await annotate(inShort(verdict), 'verdict');
    if (scene.verdict !== null) for (const verdict of own) expectVerdict(verdict, scene.verdict);
    scene.check?.(own);
  });
}

function wasLate(verdict: Verdict, { timerMs, silenceOf }: Scene): boolean {
  if (timerMs === undefined) return false;
  const silence = silenceOf === undefined ? verdict.idle.anyMs : silenceOf(verdict);
  return (silence ?? verdict.lifetimeMs) > timerMs + LATE_MS;
}

export { describe };

export function expectVerdict(verdict: Verdict, expected: Expected): void {
  const { witness, remedy, summary, says, saysNot, ...fields } = expected;
  const story = [verdict.summary, ...verdict.evidence.map((one) => `${one.source}: ${one.says}`)].join('\n');
  expect(pick(verdict, Object.keys(fields)), story).toEqual(fields);
  expectText(verdict.witness, witness ?? (verdict.certainty === 'certain' ? null : /./), `witness\n${story}`);
  if (remedy !== undefined) expectText(verdict.remedy, remedy, `remedy\n${story}`);
  if (summary !== undefined) expectText(verdict.summary, summary, 'summary');
  if (says !== undefined) expectText(story, says, 'evidence');
  if (saysNot !== undefined) expect(story).not.toMatch(saysNot);
}

function expectText(text: string | null, wanted: RegExp | null, what: string): void {
  if (wanted === null) expect(text, what).toBeNull();
  else expect(text ?? '', what).toMatch(wanted);
}

function pick(verdict: Verdict, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(verdict).filter(([name]) => names.includes(name)));
}

/** The kit's type does not know the field yet. */
export function withWitness(verdict: VerdictLine): Verdict {
  const witness: unknown = 'witness' in verdict ? verdict.witness : undefined;
  if (witness !== null && typeof witness !== 'string') throw new Error('a verdict without the field witness');
  return { ...verdict, witness };
}

async function inBatches<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const worker = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await act(one);
  };
  await Promise.all(Array.from({ length: STARTS_AT_ONCE }, worker));
}

/** What the verbose reporter shows beside the name of a scene. */
const inShort = (verdict: Verdict): string =>
  [verdict.closedBy, verdict.cause, verdict.certainty, verdict.manner, verdict.hop, verdict.summary].join(' · ');
