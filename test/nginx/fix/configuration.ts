import { parse } from '../../../src/nginx/parse/parse.ts';
import type { Configuration, Directive } from '../../../src/nginx/parse/tree.ts';

/** A configuration of one file, `nginx.conf`. */
export function configurationOf(text: string): Configuration {
  const bytes = new TextEncoder().encode(text);
  return parse('nginx.conf', { read: () => ({ bytes }), list: () => null });
}

/** The first directive of that name, wherever it stands. */
export function directive({ directives }: Pick<Configuration, 'directives'>, name: string): Directive {
  const found = everyDirective(directives).find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

const everyDirective = (directives: readonly Directive[]): Directive[] =>
  directives.flatMap((one) => [one, ...everyDirective(one.block?.children ?? [])]);
