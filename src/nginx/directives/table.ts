import { isAtLeast, type NginxVersion } from '../version.ts';
import { ACCESS } from './access.ts';
import type { Context } from './contexts.ts';
import { FASTCGI } from './fastcgi.ts';
import { FILTERS } from './filters.ts';
import { GRPC } from './grpc.ts';
import { HTTP_CORE } from './http-core.ts';
import { LUA } from './lua.ts';
import { MAIL } from './mail.ts';
import { MAIN } from './main.ts';
import { NEWEST } from './newest.ts';
import { PLUS } from './plus.ts';
import { PROXY } from './proxy.ts';
import { ROUTING } from './routing.ts';
import type { DirectiveInfo, Inheritance } from './row.ts';
import { SCGI } from './scgi.ts';
import { STREAM } from './stream.ts';
import { THIRD_PARTY } from './third-party.ts';
import { TLS } from './tls.ts';
import { UPSTREAM } from './upstream.ts';
import { UWSGI } from './uwsgi.ts';

export type { Context } from './contexts.ts';
export type { ArgCounts, Choice, DirectiveInfo, FormerDefault, Inheritance, Repeat, ValueKind } from './row.ts';

/** Every directive that is known here, by name. */

const FAMILIES: readonly (readonly DirectiveInfo[])[] = [
  MAIN,
  HTTP_CORE,
  PROXY,
  UPSTREAM,
  TLS,
  ACCESS,
  ROUTING,
  FILTERS,
  FASTCGI,
  UWSGI,
  SCGI,
  GRPC,
  STREAM,
  MAIL,
  NEWEST,
  PLUS,
  LUA,
  THIRD_PARTY,
];

const BY_NAME = new Map<string, DirectiveInfo[]>();
for (const info of FAMILIES.flat()) {
  const others = BY_NAME.get(info.name);
  if (others === undefined) BY_NAME.set(info.name, [info]);
  else others.push(info);
}

const UNKNOWN: readonly DirectiveInfo[] = [];

/** @returns what is known of that name, nginx's own modules first and the http block's before the others'; empty for a stranger */
export const directiveInfo = (name: string): readonly DirectiveInfo[] => BY_NAME.get(name) ?? UNKNOWN;

export const directiveNames = (): IterableIterator<string> => BY_NAME.keys();

export interface Default {
  /** Empty where nginx has none, or none that can be written down. */
  readonly words: readonly string[];
  /** Where the version decides and nobody named it: the defaults before and since. `words` are then the former ones. */
  readonly unsure: string | null;
}

/** @param where for a name that several blocks know with defaults of their own (`keepalive_timeout` of an upstream); else the http block's */
export function defaultOf(name: string, version: NginxVersion | null, where?: Context): Default {
  const infos = directiveInfo(name);
  const info = where === undefined ? infos[0] : infos.find(({ contexts }) => contexts.includes(where));
  if (info === undefined) return { words: [], unsure: null };
  const newest = info.default ?? [];
  const former = info.formerDefaults.find(({ before }) => isAtLeast(version, before) !== true);
  if (former === undefined) return { words: newest, unsure: null };
  if (version !== null) return { words: former.words, unsure: null };
  return { words: former.words, unsure: [...formerWords(info), `${newest.join(' ')} since`].join(', ') };
}

const formerWords = ({ formerDefaults }: DirectiveInfo): string[] =>
  formerDefaults.map(({ before, words }) => `${words.join(' ')} before nginx ${before}`);

/** @returns `scalar` for a name that is not known: most are */
export const inheritanceOf = (name: string): Inheritance => directiveInfo(name)[0]?.inherits ?? 'scalar';
