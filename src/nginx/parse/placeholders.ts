import type { ConfigNote, Directive, Word } from './tree.ts';

/**
 * Placeholders of a template: `listen ${NGINX_PORT};` in a file that envsubst or Docker's entrypoint fills in before nginx reads it.
 * They look like nginx's own `${variable}`; what tells them apart is the custom of writing them in capitals, and that nothing here defines them.
 */
const PLACEHOLDER = /\$\{([A-Z_][A-Z0-9_]*)\}/g;

/** Directives that define the variable they name, with the place of that name among the arguments. */
const DEFINES: ReadonlyMap<string, readonly number[]> = new Map([
  ['set', [0]],
  ['map', [1]],
  ['geo', [0, 1]],
  ['split_clients', [1]],
  ['auth_request_set', [0]],
  ['perl_set', [0]],
  ['js_set', [0]],
  ['set_by_lua_block', [0]],
]);

/** @returns the names that stand in the word as placeholders, whether something defines them or not */
export function placeholdersIn(text: string): string[] {
  return text.includes('${') ? Array.from(text.matchAll(PLACEHOLDER), ([, name = '']) => name) : [];
}

/** @returns one note for each name that nothing in the configuration defines, where it stands first */
export function leftPlaceholders(directives: readonly Directive[]): ConfigNote[] {
  const first = new Map<string, Word>();
  const defined = new Set<string>();
  const waiting = [...directives].toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const word of next.args)
      for (const name of placeholdersIn(word.text)) if (!first.has(name)) first.set(name, word);
    for (const name of definedBy(next)) defined.add(name.toLowerCase());
    for (const child of next.block?.children.toReversed() ?? []) waiting.push(child);
  }
  return [...first].flatMap(([name, { span }]): ConfigNote[] => {
    if (defined.has(name.toLowerCase())) return [];
    const says = `the placeholder \${${name}} is left in: this is a template, and what depends on the value is not known`;
    return [{ ...span.source.position(span.start), says }];
  });
}

function definedBy({ name, args }: Directive): string[] {
  return (DEFINES.get(name) ?? []).flatMap((index) => {
    const text = args[index]?.text;
    return text?.startsWith('$') === true ? [text.slice(1).replace(/^\{(.*)\}$/, '$1')] : [];
  });
}
