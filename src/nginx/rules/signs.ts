import type { Directive } from '../parse/tree.ts';

/** Signs by which a server of somebody's nginx is known to be before Mattermost. */

/** Paths, names and ports that nobody but Mattermost has: its API, its socket, its port 8065 (8066 and 8067 are this program's). */
const SIGN = /\/api\/v4|\/api\/v\[0-9\]|\(users\/\)\?websocket|mattermost|:806[567]\b|com\.mattermost\./i;

export const isSign = (text: string): boolean => SIGN.test(text);

/** Where a sign is one: a log's path or a comment may name Mattermost in a file of somebody else's. */
const SIGN_DIRECTIVES = new Set(['location', 'proxy_pass', 'set', 'proxy_cache', 'rewrite']);

export function* within(block: Directive): Iterable<Directive> {
  const waiting = [...(block.block?.children ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    waiting.push(...(next.block?.children ?? []));
  }
}

export function hasSign(server: Directive): boolean {
  for (const { name, args } of within(server)) {
    if (SIGN_DIRECTIVES.has(name) && args.some(({ text }) => isSign(text))) return true;
  }
  return false;
}

/** `location /chat/api/v4/websocket`, `location ~ ^/chat/api/v[0-9]+/…`: what stands before the API's path. */
const BEFORE_API = /^\^?((?:\/[\w.-]+)*)\/api\/v/;

/** A prefix that may be a subpath, `/chat` or `/chat/`, and is no route of Mattermost's own (server/channels/web, webapp's router). */
const PREFIX =
  /^\/(?!(?:api|plugins|static|files|hooks|oauth|saml|login|signup|admin_console|help|manifest)\b)[\w./-]*[\w-]\/?$/;

/** Mattermosts beside each other under one name: more is a configuration about something else. */
const MOST_SUBPATHS = 8;

/**
 * The subpaths of SiteURL under which the server has Mattermost (`https://example.com/chat`).
 * @returns without a slash at their end; `''` where Mattermost has the server to itself, or nothing says otherwise
 */
export function subpathsOf(server: Directive): readonly string[] {
  const found = new Set<string>();
  const prefixes = new Set<string>();
  let rootIsOwn = false;
  for (const { name, args, block } of within(server)) {
    if (name !== 'location') continue;
    const pattern = args.at(-1)?.text ?? '';
    const subpath = BEFORE_API.exec(pattern)?.[1];
    if (subpath !== undefined) found.add(subpath);
    const passes = block?.children.filter((child) => child.name === 'proxy_pass') ?? [];
    const isOwn = passes.some((pass) => pass.args.some(({ text }) => isSign(text)));
    if (isOwn && pattern === '/') rootIsOwn = true;
    if (isOwn && PREFIX.test(pattern)) prefixes.add(pattern.replace(/\/$/, ''));
  }
  if (found.size > 0) return [...found].slice(0, MOST_SUBPATHS);
  // Several are routes that somebody told apart, and no subpath.
  return rootIsOwn || prefixes.size !== 1 ? [''] : [...prefixes];
}
