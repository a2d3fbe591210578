import { dirname, resolve } from 'node:path';
import type { CheckResult } from '../../nginx/check.ts';
import { applyEdits } from '../../nginx/fix/apply.ts';
import { unifiedDiff } from '../../nginx/fix/diff.ts';
import { insertTop } from '../../nginx/fix/edits.ts';
import { type ChangedFile, type Mended, mend } from '../../nginx/fix/mend.ts';
import { parse } from '../../nginx/parse/parse.ts';
import { SourceFile } from '../../nginx/parse/source.ts';
import type { Configuration } from '../../nginx/parse/tree.ts';
import { SettingsError } from '../../settings/source.ts';
import { diskFiles } from './disk-files.ts';
import { HeldSignals } from './held-signals.ts';
import { type Copy, picksUp, planCopy } from './mended-copy.ts';
import { type Said, testConfiguration } from './nginx-program.ts';
import type { GivenConfiguration } from './source.ts';
import { planReplacements, replaceAll, restoreAll, writeCopies } from './write-files.ts';

/** `--fix` and `--write`: the mends made, written, and shown to nginx. */
export interface Mending {
  readonly mended: Mended;
  /** Of all files that changed, as `patch` takes it. */
  readonly diff: Uint8Array;
  /** What was written, or why nothing was, and what nginx says of it: sentences. */
  readonly says: readonly string[];
  /** Nothing was written, or it was taken back. */
  readonly failed: boolean;
  /** A copy was written that nginx refuses, though it accepts what was given. */
  readonly refused: boolean;
  /** The mended text, of a configuration that came as one text on stdin. */
  readonly text: Uint8Array | null;
}

export async function makeMends(
  given: GivenConfiguration,
  before: CheckResult,
  checkAgain: (configuration: Configuration) => CheckResult,
  inPlace: boolean,
): Promise<Mending> {
  const mended = mend(before, (changed) => checkAgain(given.read(changed)));
  const changed = given.kind === 'pieces' ? folded(given.main, mended.changed, before) : mended.changed;
  const diffs = changed.map(({ source, bytes }) =>
    unifiedDiff({ name: source.name, bytes: source.bytes }, { name: source.name, bytes }),
  );
  const outcome = { mended, diff: Buffer.concat(diffs), failed: false, refused: false, text: null };
  const { path } = given;
  if (path === null || given.kind === 'dump') {
    const text = given.kind === 'text' ? (changed[0]?.bytes ?? before.configuration.files[0]?.bytes ?? null) : null;
    return { ...outcome, text, says: [] };
  }
  if (changed.length === 0) return { ...outcome, says: [] };
  try {
    const job = { path, given, changed, before: before.configuration, after: mended.after.configuration };
    return { ...outcome, ...(await (inPlace ? writeInPlace(job) : writeCopy(job))) };
  } catch (error) {
    // The findings and the diff are worth their paper without it.
    if (!(error instanceof SettingsError)) throw error;
    return { ...outcome, failed: true, says: [`Not written: ${error.message}.`] };
  }
}

interface Job {
  readonly path: string;
  readonly given: GivenConfiguration;
  readonly changed: readonly ChangedFile[];
  readonly before: Configuration;
  readonly after: Configuration;
}

type Written = Pick<Mending, 'says' | 'failed'> & Partial<Pick<Mending, 'refused'>>;

const mainOf = ({ kind, main }: GivenConfiguration): string | null => (kind === 'pieces' ? null : main);

async function writeCopy({ path, given, changed, before, after }: Job): Promise<Written> {
  const main = mainOf(given);
  // What only includes the pieces is no file of theirs.
  const files = main === null ? after.files.filter(({ name }) => name !== given.main) : after.files;
  const original = { path, folder: folderOf(given, path), main, configuration: { ...after, files } };
  const copy = planCopy(original, changed, pickingUp(given, before));
  writeCopies(copy.path, copy.files);
  const { says, refused } = await tested(copy, main);
  return { failed: false, refused, says: [`The mended copy is ${copy.path}.`, says] };
}

/** What was put at the top of the file that only includes the pieces goes to the top of the first piece. */
function folded(main: string, changed: readonly ChangedFile[], { configuration }: CheckResult): ChangedFile[] {
  const top = changed.find(({ source }) => source.name === main);
  const pieces = changed.filter((one) => one !== top);
  const first = configuration.files.find(({ name }) => name !== main);
  if (top === undefined || first === undefined) return pieces;
  const added = new TextDecoder().decode(top.bytes.subarray(0, top.bytes.length - top.source.bytes.length));
  const own = new SourceFile(first.name, pieces.find(({ source }) => source === first)?.bytes ?? first.bytes);
  const edit = insertTop(own, added.replace(/\n$/, '').split('\n'));
  const whole: ChangedFile = { source: first, bytes: applyEdits(own, [edit]).bytes };
  return [whole, ...pieces.filter(({ source }) => source !== first)];
}

/** The configurations whose includes could pick up a file that is written beside a part of them. */
function pickingUp(given: GivenConfiguration, configuration: Configuration): Configuration[] {
  if (given.kind !== 'pieces') return [configuration];
  return given.mainAbove === null ? [] : [parse(given.mainAbove, diskFiles(), 'main')];
}

const folderOf = ({ kind, main, isFolder }: GivenConfiguration, path: string): string =>
  kind === 'pieces' ? (isFolder ? path : dirname(path)) : dirname(main);

async function writeInPlace({ given, changed, before }: Job): Promise<Written> {
  const picking = pickingUp(given, before);
  const replacements = planReplacements(
    changed.map(({ source, bytes }) => ({ path: source.name, before: source.bytes, after: bytes })),
    (path) => picking.some((one) => picksUp(one, path)),
  );
  const tester = mainOf(given) ?? given.mainAbove;
  const first = tester === null ? null : await testConfiguration(resolve(tester));
  const held = new HeldSignals();
  try {
    replaceAll(replacements);
    const second = tester === null ? null : await testConfiguration(resolve(tester));
    if (held.came !== null) {
      restoreAll(replacements);
      return { says: [`Taken back: hangup was told to end (${held.came}).`], failed: true };
    }
    if (first?.code === 0 && second !== null && second.code !== null && second.code !== 0) {
      restoreAll(replacements);
      return { says: [`Taken back: nginx -t accepted it before and now says: ${complaint(second)}`], failed: true };
    }
    const names = changed.map(({ source }) => source.name).join(', ');
    const written = `Written: ${names}; what it was is in ${replacements.map(({ backup }) => backup).join(', ')}.`;
    return { says: [written, second === null ? NOT_ALONE : verdict(second, first)], failed: false };
  } finally {
    held.release();
  }
}

const NOT_ALONE = 'nginx -t was not run: a piece is tested together with the nginx.conf that includes it.';

async function tested(copy: Copy, main: string | null): Promise<{ readonly says: string; readonly refused: boolean }> {
  if (copy.main === null || main === null) return { says: NOT_ALONE, refused: false };
  const said = await testConfiguration(copy.main);
  if (said.code === 0 || said.code === null) return { says: verdict(said, null), refused: false };
  const unmended = await testConfiguration(resolve(main));
  return { says: verdict(said, unmended), refused: unmended.code === 0 };
}

/** @param unmended what nginx says of the configuration as it was given, where that was asked */
function verdict(said: Said, unmended: Said | null): string {
  if (said.code === null) return 'nginx -t was not run: there is no nginx on this machine, or it did not answer.';
  if (said.code === 0) return 'nginx -t accepts it.';
  if (unmended !== null && unmended.code !== 0 && placeless(complaint(unmended)) === placeless(complaint(said))) {
    return `nginx -t cannot tell: it refuses the configuration as it was given too, with the same words: ${complaint(said)}`;
  }
  return `nginx -t refuses it: ${complaint(said)}`;
}

/** The line that says why; the alerts before it are about logs that only root may open. */
const complaint = ({ text }: Said): string =>
  /\[emerg\] (?:\d+#\d+: )?(.*)/.exec(text)?.[1] ?? text.trim().split('\n').at(-1) ?? '';

const placeless = (words: string): string => words.replace(/ in \S+:\d+/, '').replace(/"[^"]*\//g, '"');
