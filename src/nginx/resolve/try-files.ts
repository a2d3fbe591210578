import type { Directive } from '../parse/tree.ts';
import { asBytes } from './bytes.ts';
import { evaluate } from './evaluate.ts';
import type { RequestState } from './state.ts';
import { positionOf, written } from './tree.ts';
import { splitArgs } from './uri.ts';

/** Where try_files ends when none of its files is there: the last of its words. */
export type TryFiles =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'internal'; readonly uri: string; readonly args: string }
  | { readonly kind: 'unknown' };

export function triedFiles(directive: Directive, state: RequestState): TryFiles {
  state.say(
    `${written(directive)}: the files are supposed not to be there, so its last word counts`,
    positionOf(directive),
  );
  const last = asBytes(directive.args.at(-1)?.text ?? '');
  if (last.startsWith('=')) return { kind: 'status', status: Number(last.slice(1)) };
  const uri = evaluate(last, state);
  if (uri === null) return { kind: 'unknown' };
  return uri.startsWith('@') ? { kind: 'named', name: uri } : { kind: 'internal', ...splitArgs(uri) };
}
