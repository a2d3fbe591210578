import { nearest } from '../words/near.ts';
import type { GivenTap } from './layer.ts';
import { fromBase, isTapKey, TAP_KEYS, type TapKey } from './names.ts';
import { type Given, SettingsError, type Source } from './source.ts';

/** The only key that may stand alone: `insecure` means `insecure=true`. */
const BARE: TapKey = 'insecure';

/**
 * Reads `inner,listen=127.0.0.1:8066,target=http://127.0.0.1:8065,behind=nginx,insecure`. A comma always separates; a
 * path with a comma in it can be given in the file.
 *
 * @param base what relative paths are relative to
 * @throws SettingsError naming the unknown, doubled or empty key
 */
export function readTapText(text: string, source: Source, base: string): GivenTap {
  const [name = '', ...pairs] = text.split(',').map((part) => part.trim());
  if (name === '' || name.includes('=')) {
    throw SettingsError.at(source, null, `"${text}" must begin with the tap's name: NAME,listen=…,target=…`);
  }
  const keys = new Map<TapKey, Given>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const key = equals < 0 ? pair : pair.slice(0, equals);
    const value = equals < 0 ? null : pair.slice(equals + 1);
    if (!isTapKey(key)) throw SettingsError.at(source, name, unknownTapKey(key));
    if (keys.has(key)) throw SettingsError.at(source, name, `${key}= is given twice`);
    if (value === '' || (value === null && key !== BARE)) throw SettingsError.at(source, name, `${key}= has no value`);
    keys.set(key, { value: value === null ? true : fromBase(key, value, base), source });
  }
  return { name, source, keys };
}

/** The end of a sentence about a key that no tap has. */
export function unknownTapKey(key: string): string {
  const near = nearest(key, TAP_KEYS);
  return `a tap has no key "${key}"${near === null ? `; it has ${TAP_KEYS.join(', ')}` : `; did you mean ${near}?`}`;
}
