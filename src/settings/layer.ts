import { fromBase, SETTING_NAMES, SETTINGS, type SettingName, type TapKey } from './names.ts';
import type { Given, Source } from './source.ts';

/** What one source (flags, environment, file) gave, unchecked but with known names only. */
export interface Layer {
  readonly values: ReadonlyMap<SettingName, Given>;
  /** The list of taps, or null when this source has none. */
  readonly taps: readonly GivenTap[] | null;
  /** Where the list of taps stands, for what is wrong with the list as a whole. */
  readonly tapsSource: Source | null;
}

export interface GivenTap {
  readonly name: string;
  readonly source: Source;
  readonly keys: ReadonlyMap<TapKey, Given>;
}

/** The lowest layer. @param cwd what `./hangup-data` is relative to */
export function defaultLayer(cwd: string): Layer {
  const values = new Map<SettingName, Given>();
  for (const name of SETTING_NAMES) {
    const value = SETTINGS[name].default;
    if (value !== null) values.set(name, { value: fromBase(name, value, cwd), source: { kind: 'default' } });
  }
  return { values, taps: null, tapsSource: null };
}
