import type { GivenTap, Layer } from './layer.ts';
import { type SettingName, SINGLE_TAP_NAMES, type TapKey } from './names.ts';
import { type Given, SettingsError } from './source.ts';

/** All values with the winning source of each, unchecked. */
export interface Merged {
  readonly values: ReadonlyMap<SettingName, Given>;
  readonly taps: readonly GivenTap[];
}

/** The tap that `--listen` and `--target` make. */
export const SINGLE_TAP = 'gateway';

/**
 * Puts layers over each other. A plain value comes from the highest layer that has it. Taps are taken whole: the highest
 * layer that says anything of taps decides whether there is a list of them, which is then its list alone, or the single
 * tap, whose parts may come from different layers (`--listen` over HANGUP_TARGET).
 *
 * @param layers highest first
 * @throws SettingsError when there is no tap, half a tap, or a layer speaks of both forms
 */
export function mergeLayers(layers: readonly Layer[]): Merged {
  const values = new Map<SettingName, Given>();
  for (const layer of layers) {
    for (const [name, given] of layer.values) if (!values.has(name)) values.set(name, given);
  }
  return { values, taps: mergeTaps(layers, values) };
}

function mergeTaps(layers: readonly Layer[], values: ReadonlyMap<SettingName, Given>): readonly GivenTap[] {
  for (const layer of layers) {
    const single = SINGLE_TAP_NAMES.flatMap((name) => layer.values.get(name) ?? [])[0];
    if (layer.taps !== null && layer.tapsSource !== null) {
      if (single !== undefined) {
        throw SettingsError.at(
          single.source,
          null,
          'belongs to the one tap "gateway"; where taps are listed, write it there',
        );
      }
      if (layer.taps.length === 0) throw SettingsError.at(layer.tapsSource, 'taps', 'the list is empty');
      return layer.taps;
    }
    if (single !== undefined) return [singleTap(values, single)];
  }
  throw new SettingsError(
    'no tap to serve: give --listen 127.0.0.1:8066 --target http://127.0.0.1:8065, or --tap, or taps in hangup.yaml',
  );
}

function singleTap(values: ReadonlyMap<SettingName, Given>, first: Given): GivenTap {
  const keys = new Map<TapKey, Given>();
  for (const name of SINGLE_TAP_NAMES) {
    const given = values.get(name);
    if (given !== undefined) keys.set(name, given);
  }
  for (const needed of ['listen', 'target'] as const) {
    if (!keys.has(needed)) throw SettingsError.at(first.source, null, `needs --${needed} beside it`);
  }
  return { name: SINGLE_TAP, source: first.source, keys };
}
