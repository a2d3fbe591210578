import type { Directive } from '../parse/tree.ts';
import { asBytes, asText } from './bytes.ts';
import { evaluate } from './evaluate.ts';
import type { RequestState } from './state.ts';
import { positionOf, written } from './tree.ts';
import type { Effective, KeptStatus } from './types.ts';
import { splitArgs } from './uri.ts';

/** What becomes of a status that nginx itself has come to (ngx_http_special_response_handler). */
export type ErrorPage =
  | { readonly kind: 'none' }
  | { readonly kind: 'named'; readonly name: string; readonly by: Directive }
  | { readonly kind: 'internal'; readonly uri: string; readonly args: string; readonly by: Directive }
  | { readonly kind: 'redirect'; readonly status: number; readonly to: string; readonly by: Directive }
  | { readonly kind: 'unknown'; readonly by: Directive };

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

export function errorPage(status: number, effective: Effective, state: RequestState): ErrorPage {
  const pages = effective.all('error_page');
  if (state.errorPage || pages.length === 0) return { kind: 'none' };
  if (!effective.flag('recursive_error_pages')) state.errorPage = true;
  const by = pageFor(status, effective);
  if (by === null) return { kind: 'none' };
  state.say(`${written(by)} takes the ${status}`, positionOf(by));
  const uri = evaluate(asBytes(by.args.at(-1)?.text ?? ''), state);
  if (uri === null) return { kind: 'unknown', by };
  if (uri.startsWith('@') || uri.startsWith('/')) state.kept = keptStatus(status, by);
  if (uri.startsWith('@')) return { kind: 'named', name: uri, by };
  if (uri.startsWith('/')) {
    if (state.method !== 'HEAD') state.method = 'GET';
    return { kind: 'internal', ...splitArgs(uri), by };
  }
  const said = Number(overwriteOf(by)?.slice(1));
  return { kind: 'redirect', status: REDIRECTS.includes(said) ? said : 302, to: asText(uri), by };
}

/** ngx_http_send_error_page: `=` alone leaves the status to whoever makes the page, `=200` and none fix it. */
function keptStatus(status: number, by: Directive): KeptStatus | null {
  const overwrite = overwriteOf(by);
  if (overwrite === '=') return null;
  return { status: overwrite === null ? status : Number(overwrite.slice(1)), by };
}

/** The error_page of a status that leads to a named location, where another handler takes over. */
export function namedPageFor(status: number, effective: Effective): Directive | null {
  const page = pageFor(status, effective);
  return page?.args.at(-1)?.text.startsWith('@') === true ? page : null;
}

const pageFor = (status: number, effective: Effective): Directive | null =>
  effective.all('error_page').find((page) => statusesOf(page).includes(String(status))) ?? null;

/** `=200` or `=`, which stands before the URI. */
function overwriteOf({ args }: Directive): string | null {
  const word = args.at(-2)?.text ?? '';
  return word.startsWith('=') ? word : null;
}

function statusesOf(page: Directive): readonly string[] {
  const end = overwriteOf(page) === null ? -1 : -2;
  return page.args.slice(0, end).map(({ text }) => text);
}
