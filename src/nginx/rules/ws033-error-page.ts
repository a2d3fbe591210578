import { removeDirective, replaceWord } from '../fix/edits.ts';
import type { Directive } from '../parse/tree.ts';
import { written } from '../resolve/tree.ts';
import type { KeptStatus } from '../resolve/types.ts';
import { type CarriedSocket, carriedSockets } from './carried-sockets.ts';
import { sourceText } from './forwarding.ts';
import { setInLocation } from './location-line.ts';
import { isForSocketsOnly } from './pattern.ts';
import { proxiedSockets } from './proxied-sockets.ts';
import type { Rule, RuleFinding } from './rule.ts';
import { mayBeUnread } from './unread.ts';

/** What nginx itself answers where the backend is down, slow or limited; its 401 and 403 are WS031's. */
const OWN_FAILURES: readonly string[] = ['500', '502', '503', '504'];

export const errorPage: Rule = {
  id: 'WS033',
  severity: 'warning',
  title: 'Error_page changes the answer to a refused upgrade',
  why: 'The status is all that a WebSocket client learns of a refusal: 400 is a lost header, 403 the Origin, 502 a backend that is down. Behind an error page they look alike, or like success.',
  *check(view) {
    for (const { outcome } of proxiedSockets(view)) if (outcome.kept !== null) yield kept(outcome.kept);
    for (const socket of carriedSockets(view)) {
      const { effective } = socket.resolution;
      if (['proxy_intercept_errors', 'error_page'].some((name) => mayBeUnread(effective, name))) continue;
      for (const finding of [intercepted(socket), replaced(socket)]) if (finding !== null) yield finding;
    }
  },
};

/** The backend makes the page, and its 101 goes out with another status (measured: the client gets that one). */
function kept({ by, status }: KeptStatus): RuleFinding {
  const uri = by.args.at(-1);
  const overwrite = by.args.find(({ text }) => text.startsWith('='));
  const statuses = by.args.filter((word) => word !== uri && word !== overwrite).map(sourceText);
  const to = uri === undefined ? '' : sourceText(uri);
  const edits =
    overwrite !== undefined ? [replaceWord(overwrite, '=')] : uri === undefined ? [] : [replaceWord(uri, `= ${to}`)];
  return {
    at: by.span,
    severity: 'error',
    summary: `${written(by)} hands the WebSocket to the backend, and the client gets ${status} in place of its 101.`,
    why: 'Without a bare "=" an error_page keeps the status of the error, or has one of its own, whatever the backend answers.',
    fix: `error_page ${statuses.join(' ')} = ${to};`,
    edits,
  };
}

function intercepted(socket: CarriedSocket): RuleFinding | null {
  const { effective } = socket.resolution;
  const intercept = effective.one('proxy_intercept_errors');
  if (intercept === null || !effective.flag('proxy_intercept_errors')) return null;
  const pages = effective.all('error_page');
  const hiding = pages.find((page) => newStatus(page) !== null);
  const kept = pages[0];
  const page = hiding ?? kept;
  if (page === undefined) return null;
  const line = 'proxy_intercept_errors off;';
  return {
    at: intercept.span,
    ...(hiding === undefined ? { severity: 'note' } : {}),
    measured: 'refusal-hidden',
    summary:
      hiding === undefined
        ? `When the backend refuses the upgrade with ${codes(page)}, its own words are lost: the client gets nginx’s page for it (the status stays).`
        : `When the backend refuses the upgrade with ${codes(page)}, the client gets ${newStatus(page)} instead.`,
    fix: line,
    ...mend(socket, intercept, line),
  };
}

/** nginx's own answers are replaced with and without proxy_intercept_errors. */
function replaced({ resolution: { effective } }: CarriedSocket): RuleFinding | null {
  for (const page of effective.all('error_page')) {
    const status = newStatus(page);
    const failures = page.args.filter(({ text }) => OWN_FAILURES.includes(text)).map(({ text }) => text);
    if (status === null || failures.length === 0) continue;
    return {
      at: page.span,
      summary: `When the backend is down or does not answer, the WebSocket client gets ${status} instead of ${failures.join(', ')}.`,
      fix: `error_page ${failures.join(' ')} ${page.args.at(-1)?.text ?? ''};  # without = the status stays`.replace(
        /error_page (.*) https?:.*$/,
        'error_page $1 /down.html;  # a page of this server: a URL makes it a 302',
      ),
    };
  }
  return null;
}

/** @returns what the client is told instead, or null where the status stays (ngx_http_special_response.c, ngx_http_send_error_page) */
export function newStatus(page: Directive): string | null {
  const uri = page.args.at(-1)?.text ?? '';
  const overwrite = page.args.find(({ text }) => text.startsWith('='))?.text;
  if (/^https?:/i.test(uri)) return `a redirect (${overwrite?.slice(1) || '302'})`;
  if (overwrite === undefined) return null;
  return overwrite === '=' ? `whatever ${uri} answers` : overwrite.slice(1);
}

const codes = (page: Directive): string =>
  page.args
    .map(({ text }) => text)
    .filter((text) => /^\d+$/.test(text))
    .join(', ');

/** Only where the location is the socket's own: elsewhere people see these pages. */
function mend(socket: CarriedSocket, intercept: Directive, line: string): Pick<RuleFinding, 'edits'> {
  if (!isForSocketsOnly(socket.location)) return {};
  const own = intercept.parent === socket.location;
  return { edits: [own ? removeDirective(intercept) : setInLocation(socket, line)] };
}
