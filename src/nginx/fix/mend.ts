import type { CheckResult } from '../check.ts';
import type { SourceFile } from '../parse/source.ts';
import type { ConfigError } from '../parse/tree.ts';
import type { Edit, Finding } from '../rules/rule.ts';
import { applyEdits } from './apply.ts';
import { Blocks } from './blocks.ts';
import { choose } from './choose.ts';

/** Makes the mends that a machine may make, round by round, and proves each round by checking what came of it. */

/** Mends that bring forth mends come to an end after two or three rounds; what goes on for longer goes in circles. */
const MOST_ROUNDS = 10;

const NO_HELP = 'the same is found after it was made';

export interface ChangedFile {
  /** As it was. */
  readonly source: SourceFile;
  readonly bytes: Uint8Array;
}

export interface DroppedMend {
  readonly finding: Finding;
  /** What nginx would say of it, or why it is of no use. */
  readonly because: string;
}

export interface Mended {
  /** Only those that changed, in the order in which nginx opens them. */
  readonly changed: readonly ChangedFile[];
  /** Findings whose mends were made, of all rounds. */
  readonly made: readonly Finding[];
  readonly dropped: readonly DroppedMend[];
  /** What the check says of the mended configuration: what remains. */
  readonly after: CheckResult;
}

/** @param changed the new bytes of changed files by their names; every other file is as it was */
export type CheckAgain = (changed: ReadonlyMap<string, Uint8Array>) => CheckResult;

export function mend(before: CheckResult, checkAgain: CheckAgain): Mended {
  const made: Finding[] = [];
  const dropped = new Map<string, DroppedMend>();
  const done = new Set<string>();
  let state: State = { now: before, bytes: new Map() };
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const blocks = new Blocks(state.now.configuration.directives);
    const candidates = state.now.findings.filter((finding) => {
      const id = identity(finding, blocks);
      if (done.has(id) && !dropped.has(id) && finding.edits !== undefined)
        dropped.set(id, { finding, because: NO_HELP });
      return !dropped.has(id);
    });
    const chosen = choose(candidates, blocks);
    if (chosen.length === 0) break;
    const step = tryRound(chosen, state, checkAgain);
    for (const finding of step.made) done.add(identity(finding, blocks));
    for (const one of step.dropped) dropped.set(identity(one.finding, blocks), one);
    made.push(...step.made);
    state = step.state;
  }
  return { changed: changedFiles(before, state.bytes), made, dropped: [...dropped.values()], after: state.now };
}

/** The same finding with the same mend, before and after other mends have moved it. */
function identity({ rule, at, summary, edits = [] }: Finding, blocks: Blocks): string {
  const changes = edits.map((edit) => `${blocks.path(edit.at)} ${edit.text}`);
  return [rule.id, blocks.path(at), summary, ...changes].join('\n');
}

/** By name: a file that is included twice may be listed twice. */
function changedFiles(before: CheckResult, bytes: ReadonlyMap<string, Uint8Array>): ChangedFile[] {
  const changed = new Map<string, ChangedFile>();
  for (const source of before.configuration.files) {
    const after = bytes.get(source.name);
    if (after !== undefined && !areEqual(after, source.bytes)) changed.set(source.name, { source, bytes: after });
  }
  return [...changed.values()];
}

interface State {
  readonly now: CheckResult;
  readonly bytes: ReadonlyMap<string, Uint8Array>;
}

interface Round {
  readonly state: State;
  readonly made: readonly Finding[];
  readonly dropped: readonly DroppedMend[];
}

/** All at once, which is nearly always right; else one after the other, to know which one nginx would refuse. */
function tryRound(chosen: readonly Finding[], state: State, checkAgain: CheckAgain): Round {
  const together = next(state, chosen, checkAgain);
  if (newError(state.now, together.now) === null) return { state: together, made: chosen, dropped: [] };
  const made: Finding[] = [];
  const dropped: DroppedMend[] = [];
  let kept = state;
  for (const finding of chosen) {
    const tried = next(state, [...made, finding], checkAgain);
    const error = newError(state.now, tried.now);
    if (error === null) {
      made.push(finding);
      kept = tried;
    } else dropped.push({ finding, because: error.says });
  }
  return { state: kept, made, dropped };
}

function next({ now, bytes }: State, findings: readonly Finding[], checkAgain: CheckAgain): State {
  const edits = findings.flatMap((finding) => finding.edits ?? []);
  const after = new Map(bytes);
  for (const source of now.configuration.files) {
    if (touches(edits, source)) after.set(source.name, applyEdits(source, edits).bytes);
  }
  return { now: checkAgain(after), bytes: after };
}

const touches = (edits: readonly Edit[], source: SourceFile): boolean =>
  edits.some(({ at }) => at.source.name === source.name);

/** @returns the first error that there are more of than before; lines move, so they do not count */
function newError(before: CheckResult, after: CheckResult): ConfigError | null {
  const known = new Map<string, number>();
  for (const error of before.errors) known.set(placeless(error), (known.get(placeless(error)) ?? 0) + 1);
  for (const error of after.errors) {
    const left = known.get(placeless(error)) ?? 0;
    if (left === 0) return error;
    known.set(placeless(error), left - 1);
  }
  return null;
}

/** nginx ends its messages with ` in FILE:LINE`. */
const placeless = ({ says }: ConfigError): string => says.replace(/ in \S+:\d+/g, '');

const areEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);
