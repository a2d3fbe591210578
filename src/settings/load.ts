import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { blameConflict, blameIssue } from './blame.ts';
import type { Environment } from './environment.ts';
import { CONFIG_VARIABLE, environmentLayer } from './environment.ts';
import { type Flags, flagLayer, NO_FLAGS } from './flags.ts';
import { defaultLayer, type Layer } from './layer.ts';
import type { Merged } from './merge.ts';
import type { ServeSettings } from './serve-settings.ts';
import { SettingsError } from './source.ts';

/** Read from the working directory when nothing else is named. */
const DEFAULT_FILE = 'hangup.yaml';

export interface SettingsInput {
  readonly flags: Flags;
  readonly env: Environment;
  /** What relative paths and hangup.yaml are relative to. */
  readonly cwd: string;
}

/** The settings of `serve` and where each came from. */
export interface LoadedSettings {
  readonly settings: ServeSettings;
  readonly merged: Merged;
}

/**
 * Reads, merges and checks the settings of `serve`: flags over environment over file over defaults.
 * @throws SettingsError with one sentence for the operator
 */
export async function loadServeSettings(input: SettingsInput): Promise<LoadedSettings> {
  // The layers first: what they refuse needs no schema, and zod is half of the start-up time.
  const layers = await readLayers(input);
  const [{ mergeLayers }, { schema }, { findConflict, unreadableFile }, { typed }] = await Promise.all([
    import('./merge.ts'),
    import('./schema.ts'),
    import('./checks.ts'),
    import('./typed.ts'),
  ]);
  const merged = mergeLayers(layers);
  const result = schema.safeParse({
    ...Object.fromEntries([...merged.values].map(([name, { value }]) => [name, value])),
    taps: merged.taps.map(({ name, keys }) => ({
      name,
      ...Object.fromEntries([...keys].map(([key, { value }]) => [key, value])),
    })),
  });
  if (!result.success) {
    const [issue] = result.error.issues;
    throw blameIssue(merged, issue?.path ?? [], issue?.message ?? 'cannot be used');
  }
  const settings = typed(result.data, merged);
  const conflict = findConflict(settings) ?? unreadableFile(settings);
  if (conflict !== null) throw blameConflict(merged, conflict);
  return { settings, merged };
}

/**
 * Where the journal is, for commands that only read it: `--data` over HANGUP_DATA over hangup.yaml over ./hangup-data.
 * @param flag the value of `--data`, or null
 * @returns an absolute path
 * @throws SettingsError
 */
export async function loadDataDir(flag: string | null, env: Environment, cwd: string): Promise<string> {
  if (flag !== null) return resolve(cwd, flag);
  const layers = await readLayers({ flags: NO_FLAGS, env, cwd });
  const given = layers.flatMap((layer) => layer.values.get('data') ?? [])[0];
  if (given === undefined || typeof given.value !== 'string') {
    throw SettingsError.at(given?.source ?? { kind: 'default' }, 'data', 'must be text; put it in quotes');
  }
  return given.value;
}

async function readLayers({ flags, env, cwd }: SettingsInput): Promise<Layer[]> {
  const layers = [flagLayer(flags, cwd), environmentLayer(env, cwd)];
  const named = flags.config ?? env[CONFIG_VARIABLE] ?? '';
  const file = named === '' ? DEFAULT_FILE : named;
  if (named !== '' || existsSync(resolve(cwd, file))) {
    const { fileLayer } = await import('./file.ts');
    layers.push(fileLayer(file, cwd));
  }
  return [...layers, defaultLayer(cwd)];
}
