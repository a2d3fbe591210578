import { nearest } from '../words/near.ts';
import type { Layer } from './layer.ts';
import { fromBase, SETTING_NAMES, type SettingName, variableOf } from './names.ts';
import { type Given, SettingsError } from './source.ts';
import { readTapText } from './tap-text.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export const TAP_VARIABLE = 'HANGUP_TAP';
export const CONFIG_VARIABLE = 'HANGUP_CONFIG';

const KNOWN = new Set([TAP_VARIABLE, CONFIG_VARIABLE, ...SETTING_NAMES.map(variableOf)]);

/**
 * Reads the HANGUP_… variables; an empty one counts as not set, as shells and compose files mean it. A variable that is
 * nearly one of ours is an error, any other is left alone: Kubernetes sets HANGUP_SERVICE_HOST and HANGUP_PORT by itself
 * beside a service of that name.
 *
 * @param cwd what relative paths are relative to
 * @throws SettingsError
 */
export function environmentLayer(env: Environment, cwd: string): Layer {
  refuseNearMisses(env);
  const values = new Map<SettingName, Given>();
  for (const name of SETTING_NAMES) {
    const variable = variableOf(name);
    const value = env[variable];
    if (value !== undefined && value !== '') {
      values.set(name, { value: fromBase(name, value, cwd), source: { kind: 'environment', variable } });
    }
  }
  const source = { kind: 'environment', variable: TAP_VARIABLE } as const;
  const texts = (env[TAP_VARIABLE] ?? '').split(';').filter((text) => text.trim() !== '');
  const taps = texts.map((text) => readTapText(text, source, cwd));
  return { values, taps: taps.length === 0 ? null : taps, tapsSource: taps.length === 0 ? null : source };
}

function refuseNearMisses(env: Environment): void {
  for (const variable of Object.keys(env)) {
    if (!variable.startsWith('HANGUP_') || KNOWN.has(variable)) continue;
    // Compared without the prefix, which would make every short name look near.
    const near = nearest(
      variable.slice('HANGUP_'.length),
      [...KNOWN].map((known) => known.slice('HANGUP_'.length)),
    );
    if (near !== null) {
      throw SettingsError.at({ kind: 'environment', variable }, null, `no such setting; did you mean HANGUP_${near}?`);
    }
  }
}
