import type { Conflict } from './checks.ts';
import type { GivenTap } from './layer.ts';
import type { Merged } from './merge.ts';
import { isSettingName, isTapKey } from './names.ts';
import { describeSource, SettingsError, type Source } from './source.ts';

/** Finds where a wrong value was written, so that the message can point there. */

/** Turns a zod path (`taps`, 0, `listen`) back into the place where the value was written. */
export function blameIssue(merged: Merged, path: readonly PropertyKey[], says: string): SettingsError {
  const [first, index, key] = path.map(String);
  if (first !== undefined && isSettingName(first)) return refuseSetting(merged, first, says);
  const tap = merged.taps[Number(index)];
  if (tap === undefined) return new SettingsError(says);
  // zod's own words for a required key that is not there would name a type.
  const missing = key !== undefined && key !== 'name' && isTapKey(key) && !tap.keys.has(key);
  return blameTap(tap, key ?? 'name', missing ? 'is missing' : says);
}

/** The error for two values that do not go together. */
export function blameConflict(merged: Merged, { tap: name, key, says }: Conflict): SettingsError {
  // Of two taps with the same name or address the later one is at fault.
  const tap = merged.taps.findLast((candidate) => candidate.name === name);
  if (tap !== undefined) return blameTap(tap, key, says);
  return isSettingName(key) ? refuseSetting(merged, key, says) : new SettingsError(says);
}

function refuseSetting(merged: Merged, name: string, says: string): SettingsError {
  const given = isSettingName(name) ? merged.values.get(name) : undefined;
  return SettingsError.at(given?.source ?? { kind: 'default' }, labelUnlessNamed(given?.source, name), says);
}

/** The error for one key of a tap. */
export function blameTap(tap: GivenTap, key: string, says: string): SettingsError {
  const source = (isTapKey(key) ? tap.keys.get(key)?.source : undefined) ?? tap.source;
  return SettingsError.at(source, labelUnlessNamed(source, `tap ${tap.name}: ${key}`, key), says);
}

/** `--keepalive: keepalive: …` would say it twice. @param key the bare name, when the label says more than it */
function labelUnlessNamed(source: Source | undefined, label: string, key = label): string | null {
  const named = source === undefined ? '' : describeSource(source);
  return named === `--${key}` || named === `HANGUP_${key.toUpperCase().replaceAll('-', '_')}` ? null : label;
}
