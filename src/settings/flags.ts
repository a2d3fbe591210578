import type { Layer } from './layer.ts';
import { fromBase, SETTING_NAMES, SETTINGS, type SettingName } from './names.ts';
import type { Given } from './source.ts';
import { readTapText } from './tap-text.ts';

/** Flags as the command line gave them, by the name of the setting without its dashes; taps apart, for they repeat. */
export interface Flags {
  readonly values: ReadonlyMap<SettingName, string>;
  readonly taps: readonly string[];
  /** `--config FILE`. */
  readonly config: string | null;
}

export const NO_FLAGS: Flags = { values: new Map(), taps: [], config: null };

export interface FlagEntry {
  readonly name: SettingName;
  /** As a usage line shows it: `--page <address|off>`. */
  readonly usage: string;
  readonly says: string;
  readonly default: string | null;
}

/** The flags that stand for settings, in the order of the help. */
export const FLAGS: readonly FlagEntry[] = SETTING_NAMES.flatMap((name) => {
  const { argument, says, default: standard } = SETTINGS[name];
  return argument === null ? [] : [{ name, usage: `--${name} ${argument}`, says, default: standard }];
});

/** @param cwd what relative paths are relative to */
export function flagLayer(flags: Flags, cwd: string): Layer {
  const values = new Map<SettingName, Given>();
  for (const [name, text] of flags.values) {
    values.set(name, { value: fromBase(name, text, cwd), source: { kind: 'flag', flag: `--${name}` } });
  }
  const source = { kind: 'flag', flag: '--tap' } as const;
  const taps = flags.taps.map((text) => readTapText(text, source, cwd));
  return { values, taps: taps.length === 0 ? null : taps, tapsSource: taps.length === 0 ? null : source };
}
