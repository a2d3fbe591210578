import { MAX_NAME_ID } from './frame-bits.ts';

/**
 * Names of frames (`posted`, `action ping` …) as small numbers. The table only grows; id 0 means "no name".
 * When it is full (a hostile peer can invent event names), further names become 0: the frame is kept, unnamed.
 */
export class NameTable {
  readonly #ids = new Map<string, number>();
  readonly #names: (string | null)[] = [null];

  /** @param names what an earlier run had, in the order of their ids from 1 on */
  constructor(names: readonly string[] = []) {
    for (const name of names) this.id(name);
  }

  id(name: string | null): number {
    if (name === null) return 0;
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    if (this.#names.length > MAX_NAME_ID) return 0;
    const id = this.#names.push(name) - 1;
    this.#ids.set(name, id);
    return id;
  }

  readonly name = (id: number): string | null => this.#names[id] ?? null;

  /** Names with ids from `from` on, for the journal to catch up with. */
  since(from: number): string[] {
    return this.#names.slice(from).filter((name) => name !== null);
  }

  /** One more than the highest id in use. */
  get size(): number {
    return this.#names.length;
  }
}
