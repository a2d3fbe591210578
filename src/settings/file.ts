import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { nearest } from '../words/near.ts';
import type { GivenTap, Layer } from './layer.ts';
import { fromBase, isSettingName, isTapKey, SETTING_NAMES, type SettingName, type TapKey } from './names.ts';
import { type Given, SettingsError, type Source } from './source.ts';
import { unknownTapKey } from './tap-text.ts';

/**
 * Reads hangup.yaml: a mapping with the settings' names, and `taps`, a list of mappings with `name` and a tap's keys.
 * Relative paths in it are relative to the file.
 *
 * @param file as the operator named it; messages show it so
 * @param cwd what `file` is relative to
 * @throws SettingsError with the position in the file
 */
export function fileLayer(file: string, cwd: string): Layer {
  const path = resolve(cwd, file);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    throw new SettingsError(`${file}: cannot be read${code}`);
  }
  return new FileReader(file, dirname(path), text).layer();
}

class FileReader {
  readonly #file: string;
  readonly #base: string;
  readonly #lines = new LineCounter();
  readonly #contents: Node | null;

  constructor(file: string, base: string, text: string) {
    this.#file = file;
    this.#base = base;
    const document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const [error] = document.errors;
    if (error !== undefined) throw SettingsError.at(this.#at(error.pos[0]), null, `not YAML: ${error.message}`);
    this.#contents = document.contents;
  }

  layer(): Layer {
    const values = new Map<SettingName, Given>();
    let taps: readonly GivenTap[] | null = null;
    let tapsSource: Source | null = null;
    for (const { key, keyAt, value } of this.#entries(this.#contents, 'the file')) {
      if (key === 'taps') {
        tapsSource = keyAt;
        taps = this.#taps(value, keyAt);
      } else if (isSettingName(key)) {
        values.set(key, this.#given(key, value, keyAt, key));
      } else {
        const near = nearest(key, [...SETTING_NAMES, 'taps']);
        throw SettingsError.at(keyAt, null, `no setting "${key}"${near === null ? '' : `; did you mean ${near}?`}`);
      }
    }
    return { values, taps, tapsSource };
  }

  #taps(list: Node | null, at: Source): GivenTap[] {
    if (!isSeq<Node>(list)) throw SettingsError.at(at, 'taps', 'must be a list, one "- name: …" a tap');
    return list.items.map((item) => {
      const source = this.#at(item.range?.[0]);
      const keys = new Map<TapKey, Given>();
      let name: string | null = null;
      for (const { key, keyAt, value } of this.#entries(item, 'a tap')) {
        if (key === 'name') name = String(this.#scalar(value, keyAt, 'name').value);
        else if (isTapKey(key)) keys.set(key, this.#given(key, value, keyAt, `tap: ${key}`));
        else throw SettingsError.at(keyAt, null, unknownTapKey(key));
      }
      if (name === null) throw SettingsError.at(source, null, 'this tap has no name');
      return { name, source, keys };
    });
  }

  #given(name: SettingName | TapKey, node: Node | null, keyAt: Source, label: string): Given {
    const { value, source } = this.#scalar(node, keyAt, label);
    return { value: fromBase(name, value, this.#base), source };
  }

  #scalar(node: Node | null, keyAt: Source, label: string): Given {
    if (node === null || (isScalar(node) && (node.value === null || node.value === ''))) {
      throw SettingsError.at(keyAt, label, 'has no value');
    }
    const source = this.#at(node.range?.[0]);
    // `listen: [::1]:8066` and `*` are YAML's own syntax: quotes make them text.
    if (!isScalar(node)) throw SettingsError.at(source, label, 'must be a single value; put it in quotes');
    return { value: node.value, source };
  }

  *#entries(node: Node | null, what: string): Generator<{ key: string; keyAt: Source; value: Node | null }> {
    if (node === null || (isScalar(node) && node.value === null)) return;
    if (!isMap<Node, Node | null>(node)) {
      throw SettingsError.at(this.#at(node.range?.[0]), null, `${what} must be a mapping of names to values`);
    }
    yield* this.#pairs(node);
  }

  *#pairs(map: YAMLMap<Node, Node | null>): Generator<{ key: string; keyAt: Source; value: Node | null }> {
    for (const { key, value } of map.items satisfies Pair<Node, Node | null>[]) {
      yield { key: isScalar(key) ? String(key.value) : key.toString(), keyAt: this.#at(key.range?.[0]), value };
    }
  }

  #at(offset: number | undefined): Source {
    const { line, col } = this.#lines.linePos(offset ?? 0);
    return { kind: 'file', file: this.#file, line, column: col };
  }
}
