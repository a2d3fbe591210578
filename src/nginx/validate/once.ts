import type { DirectiveInfo } from '../directives/table.ts';
import type { Place } from './place.ts';

/** Directives that fill one place of nginx's memory under two names. */
const SAME: Readonly<Record<string, string>> = { alias: 'root', root: 'root' };

/** `"x" directive is duplicate`. @returns false where it was refused */
export function checkOnce({ directive, level, report }: Place, info: DirectiveInfo): boolean {
  if (info.repeat !== 'refused' && !ONE_BLOCK.has(directive.name)) return true;
  const key = SAME[directive.name] ?? directive.name;
  const earlier = level.once.get(key);
  level.once.set(key, earlier ?? directive);
  if (earlier === undefined) return true;
  const other = earlier.name === directive.name ? '' : `, "${earlier.name}" directive was specified earlier`;
  report.refuse(directive.nameWord, `"${directive.name}" directive is duplicate${other}`);
  return false;
}

/** Blocks of which a configuration has one. */
const ONE_BLOCK: ReadonlySet<string> = new Set(['http', 'events', 'stream', 'mail']);
