import { asBytes, lowered } from './bytes.ts';
import { namesOf, type ServerName } from './server-names.ts';
import type { Server } from './types.ts';

/** A name together with the server that has it. */
export interface NamedServer {
  readonly server: Server;
  readonly name: ServerName;
}

const written = ({ name }: NamedServer): string => lowered(asBytes(name.word.text));

/** The names of all servers of one address. */
export interface NameTable {
  /** `example.com`, and `.example.com` for itself. */
  readonly exact: ReadonlyMap<string, NamedServer>;
  /** `*.example.com` and `.example.com`, by what a host must end with. */
  readonly ends: ReadonlyMap<string, NamedServer>;
  /** `mail.*`, by what a host must begin with. */
  readonly begins: ReadonlyMap<string, NamedServer>;
  readonly regexes: readonly NamedServer[];
  /** Those that a template leaves open. */
  readonly unknown: readonly NamedServer[];
  /** The same by how they are written, in lower case; of two the first. */
  readonly asWritten: ReadonlyMap<string, NamedServer>;
  /** Names that nginx leaves out with a warning, since another server has them, by the name that stands. */
  readonly ignored: ReadonlyMap<ServerName, readonly NamedServer[]>;
}

/**
 * As ngx_hash_add_key builds it, in the order of the file: a name that is there already is left out. One that begins with a
 * dot goes as a whole when either of its two halves is there.
 */
export function nameTable(servers: readonly Server[]): NameTable {
  const exact = new Map<string, NamedServer>();
  const ends = new Map<string, NamedServer>();
  const begins = new Map<string, NamedServer>();
  const regexes: NamedServer[] = [];
  const unknown: NamedServer[] = [];
  const asWritten = new Map<string, NamedServer>();
  const ignored = new Map<ServerName, NamedServer[]>();
  const taken = new Map<string, NamedServer>();
  for (const server of servers) {
    for (const name of namesOf(server)) add({ server, name });
  }
  return { exact, ends, begins, regexes, unknown, asWritten, ignored };

  function add(entry: NamedServer): void {
    const { name } = entry;
    switch (name.kind) {
      case 'regex':
        regexes.push(entry);
        break;
      case 'unknown':
        unknown.push(entry);
        if (!asWritten.has(written(entry))) asWritten.set(written(entry), entry);
        break;
      case 'exact':
        if (claim(name.text, entry)) exact.set(name.text, entry);
        break;
      case 'ends':
        if (free(ends, name.text, entry)) ends.set(name.text, entry);
        break;
      case 'begins':
        if (free(begins, name.text, entry)) begins.set(name.text, entry);
        break;
      case 'dotted':
        // Even where its wildcard is there already, the name itself stays claimed.
        if (!claim(name.text.slice(1), entry) || !free(ends, name.text, entry)) break;
        exact.set(name.text.slice(1), entry);
        ends.set(name.text, entry);
        break;
    }
  }

  function claim(text: string, entry: NamedServer): boolean {
    if (!free(taken, text, entry)) return false;
    taken.set(text, entry);
    return true;
  }

  function free(map: ReadonlyMap<string, NamedServer>, text: string, entry: NamedServer): boolean {
    const there = map.get(text);
    if (there === undefined) return true;
    ignored.set(there.name, [...(ignored.get(there.name) ?? []), entry]);
    return false;
  }
}
