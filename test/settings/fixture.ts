import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Flags, NO_FLAGS } from '../../src/settings/flags.ts';
import { type LoadedSettings, loadServeSettings } from '../../src/settings/load.ts';
import type { SettingName } from '../../src/settings/names.ts';

/** A folder with these files, gone when the test is over. */
export function folder(files: Readonly<Record<string, string>> = {}): string {
  const dir = mkdtempSync(join(tmpdir(), 'hangup-settings-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
}

export interface Sources {
  readonly flags?: readonly (readonly [SettingName, string])[];
  readonly taps?: readonly string[];
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

/** What `hangup serve` would read, started with these in a folder of its own. */
export function load({ flags = [], taps = [], config, env = {}, files = {} }: Sources): Promise<LoadedSettings> {
  const given: Flags = { ...NO_FLAGS, values: new Map(flags), taps, config: config ?? null };
  return loadServeSettings({ flags: given, env, cwd: folder(files) });
}
