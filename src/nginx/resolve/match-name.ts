import type { NamedServer, NameTable } from './name-table.ts';
import type { RegexMatch } from './regex/regex.ts';
import type { ServerName } from './server-names.ts';
import { positionOf, positionOfWord } from './tree.ts';
import type { Server, Step } from './types.ts';

export type Named =
  | {
      readonly kind: 'found';
      readonly server: Server;
      readonly step: Step;
      /** Servers that have the same name, too. */
      readonly also: readonly Step[];
      readonly match: {
        readonly captures: RegexMatch;
        readonly captured: readonly { readonly name: string; readonly value: string }[];
      } | null;
    }
  /** A pattern stands in the way that we cannot follow. */
  | { readonly kind: 'unsure'; readonly step: Step };

/**
 * In nginx's order: the exact name, the longest that begins with an asterisk, the longest that ends with one, the first
 * regular expression.
 * @param host in lower case @returns null where the default server answers
 */
export function nameMatching(table: NameTable, host: string): Named | null {
  const exact = table.exact.get(host);
  if (exact !== undefined) return found(table, exact, 'is this host');
  const ends = longestEnd(table.ends, host);
  if (ends !== undefined) return found(table, ends, 'is the longest wildcard at the start that matches');
  const begins = longestBegin(table.begins, host);
  if (begins !== undefined) return found(table, begins, 'is the longest wildcard at the end that matches');
  return host === '' ? null : (byRegex(table.regexes, host) ?? byPlaceholder(table, host));
}

function longestEnd(ends: NameTable['ends'], host: string): NamedServer | undefined {
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
    const named = ends.get(host.slice(dot));
    if (named !== undefined) return named;
  }
  return undefined;
}

function longestBegin(begins: NameTable['begins'], host: string): NamedServer | undefined {
  for (let dot = host.lastIndexOf('.'); dot > 0; dot = host.lastIndexOf('.', dot - 1)) {
    const named = dot === host.length - 1 ? undefined : begins.get(host.slice(0, dot + 1));
    if (named !== undefined) return named;
  }
  return undefined;
}

function found({ ignored }: NameTable, { server, name }: NamedServer, why: string): Named {
  const others = (ignored.get(name) ?? []).filter((other) => other.server !== server);
  const also = others.map((other) => ({
    says: `"${other.name.word.text}" is a name of this server, too: nginx warns and takes the first`,
    at: positionOfWord(other.name.word),
  }));
  return { kind: 'found', server, step: nameStep(name, why), also, match: null };
}

const nameStep = ({ word }: ServerName, why: string): Step => ({
  says: `server_name "${word.text}" ${why}`,
  at: positionOfWord(word),
});

function byRegex(names: readonly NamedServer[], host: string): Named | null {
  for (const { server, name } of names) {
    if (name.kind !== 'regex') continue;
    const { regex } = name;
    if ('refused' in regex) return unsure(name, `cannot be followed here: ${regex.refused}`);
    const match = regex.exec(host);
    if (match === 'unsure') return unsure(name, 'takes too long to match');
    if (match === null) continue;
    const captured = regex.names.map((group) => ({ name: group.name, value: match[group.group] ?? '' }));
    const step = nameStep(name, 'is the first regular expression that matches');
    return { kind: 'found', server, step, also: [], match: { captures: regex.groups === 0 ? [] : match, captured } };
  }
  return null;
}

const unsure = ({ word }: ServerName, why: string): Named => ({
  kind: 'unsure',
  step: { says: `server_name "${word.text}" ${why}`, at: positionOfWord(word) },
});

/** A name that a template leaves open may be the host; two of them leave it open which, unless it is asked for as it is written. */
function byPlaceholder(table: NameTable, host: string): Named | null {
  const same = table.asWritten.get(host);
  const [first, ...rest] = table.unknown;
  if (first === undefined) return null;
  if (same !== undefined) return found(table, same, 'is this placeholder');
  if (rest.every(({ server }) => server === first.server)) {
    return found(table, first, 'is a placeholder: taken for the host that was asked for');
  }
  return {
    kind: 'unsure',
    step: { says: 'several servers have a placeholder for a name', at: positionOf(first.server.directive) },
  };
}
