import type { Directive } from '../parse/tree.ts';
import type { Effective } from '../resolve/types.ts';
import type { View } from './rule.ts';

/**
 * What an `include` that nobody gave us may hold: `include proxy_params;` in a pasted site. Whether a line is missing cannot be
 * told there.
 */

/** Files that set nothing of a request's way. */
const HARMLESS = /(?:^|\/)(?:mime\.types|[\w.-]*ssl[\w.-]*|letsencrypt\.conf)$/i;

/**
 * @param name of a directive that is inherited
 * @returns whether an unread include in the server or a location may set it: further in than the line in force, or beside it
 * where it is one of a list
 */
export const mayBeUnread = (effective: Effective, name: string): boolean =>
  isUnread(effective, levelOf(effective, name) + (LISTS.has(name) ? 0 : 1));

/**
 * @param name of a list, as proxy_set_header
 * @returns whether an unread include further in may have a line of it, which would drop all those in force
 */
export const mayBeDropped = (effective: Effective, name: string): boolean =>
  isUnread(effective, levelOf(effective, name) + 1);

/** @returns how far in the lines in force stand; -1 where there are none */
function levelOf(effective: Effective, name: string): number {
  const level = effective.all(name)[0]?.parent ?? null;
  return level === null ? -1 : effective.scope.indexOf(level);
}

const isUnread = ({ scope }: Effective, from: number): boolean =>
  scope.slice(Math.max(from, 0)).some((block) => block.name !== 'http' && unreadIncludes(block).length > 0);

const LISTS: ReadonlySet<string> = new Set(['proxy_set_header', 'error_log', 'access_log', 'allow', 'deny']);

/**
 * @returns the end of a sentence that says something is missing: ` (unless …)` where nginx.conf around the file, or an include of
 * the http block, was not read and may have it; else nothing
 */
export function unlessAround(view: View): string {
  if (view.configuration.context === 'http')
    return ' (unless the http block around this file, which was not read, does)';
  const { block } = view.http;
  const unread = block === null ? undefined : unreadIncludes(block)[0];
  const path = unread?.args[0]?.text;
  return path === undefined ? '' : ` (unless ${path}, which was not read, does)`;
}

/** The same of a proxy_set_header: where the server or a location has one of its own, http's are dropped whatever they are. */
export function unlessHeadersAround(view: View, effective: Effective): string {
  const level = effective.all('proxy_set_header')[0]?.parent ?? null;
  return level === null || level.name === 'http' ? unlessAround(view) : '';
}

export function unreadIncludes(block: Directive): readonly Directive[] {
  let includes = unreadByBlock.get(block);
  if (includes === undefined) {
    const children = block.block?.children ?? [];
    includes = children.filter(({ unread, args }) => unread && !HARMLESS.test(args[0]?.text ?? ''));
    unreadByBlock.set(block, includes);
  }
  return includes;
}

/** Nearly every rule asks this of every block on its way. */
const unreadByBlock = new WeakMap<Directive, readonly Directive[]>();
