import type { Directive } from '../parse/tree.ts';
import { childrenOf } from './tree.ts';

/** @returns the `limit_except` of the location that is in force for the method; null where none is */
export function exceptFor(method: string, location: Directive | null): Directive | null {
  const except = childrenOf(location).find(({ name, block }) => name === 'limit_except' && block !== null);
  return except !== undefined && excludes(except, method) ? except : null;
}

/** GET stands for HEAD, too (ngx_http_core_limit_except). */
function excludes({ args }: Directive, method: string): boolean {
  const methods = args.map(({ text }) => text.toUpperCase());
  return !methods.includes(method) && !(method === 'HEAD' && methods.includes('GET'));
}
