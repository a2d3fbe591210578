import type { Word } from '../parse/tree.ts';
import { asBytes, lowered } from './bytes.ts';
import { type RefusedRegex, type Regex, regexOf } from './regex/regex.ts';
import { childrenOf, hasPlaceholder, named } from './tree.ts';
import type { Server } from './types.ts';

/** One server_name, ready to be compared. */
export type ServerName =
  | { readonly kind: 'exact'; readonly text: string; readonly word: Word }
  /** `*.example.com`: what a host must end with, dot and all. */
  | { readonly kind: 'ends'; readonly text: string; readonly word: Word }
  /** `.example.com`: itself, and what ends with it. */
  | { readonly kind: 'dotted'; readonly text: string; readonly word: Word }
  /** `mail.*`: what it must begin with. */
  | { readonly kind: 'begins'; readonly text: string; readonly word: Word }
  | { readonly kind: 'regex'; readonly regex: Regex | RefusedRegex; readonly word: Word }
  /** A template's `${NAME}`, or nginx's own `$hostname`. */
  | { readonly kind: 'unknown'; readonly word: Word };

const known = new WeakMap<Server, readonly ServerName[]>();

export function namesOf(server: Server): readonly ServerName[] {
  let names = known.get(server);
  if (names === undefined) {
    names = named(childrenOf(server.directive), 'server_name').flatMap((directive) => directive.args.map(readName));
    known.set(server, names);
  }
  return names;
}

function readName(word: Word): ServerName {
  const text = lowered(asBytes(word.text));
  if (text.startsWith('~')) {
    // Hosts are compared in lower case, and a name with a capital letter is compiled without case (ngx_http_core_server_name).
    return { kind: 'regex', regex: regexOf(asBytes(word.text).slice(1), true), word };
  }
  if (hasPlaceholder(text)) return { kind: 'unknown', word };
  if (text.startsWith('*.')) return { kind: 'ends', text: text.slice(1), word };
  if (text.startsWith('.') && text.length > 1) return { kind: 'dotted', text, word };
  if (text.endsWith('.*')) return { kind: 'begins', text: text.slice(0, -1), word };
  return { kind: 'exact', text, word };
}
