import type { Directive } from '../parse/tree.ts';
import { within } from '../resolve/tree.ts';

/** Signs by which a server of somebody's nginx is known to be before Mattermost. */

/** Paths, names and ports that nobody but Mattermost has: its API, its socket, its port 8065 (8066 and 8067 are this program's). */
const SIGN = /\/api\/v4|\/api\/v\[0-9\]|\(users\/\)\?websocket|mattermost|:806[567]\b|com\.mattermost\./i;

export const isSign = (text: string): boolean => SIGN.test(text);

/** Where a sign is one: a log's path or a comment may name Mattermost in a file of somebody else's. */
const SIGN_DIRECTIVES = new Set(['location', 'proxy_pass', 'set', 'proxy_cache', 'rewrite']);

/** @param level what stands beside the server: an upstream's name says nothing where its servers' addresses do */
export function hasSign(server: Directive, level = beside(server)): boolean {
  for (const { name, args } of within(server)) {
    if (SIGN_DIRECTIVES.has(name) && args.some(({ text }) => isSign(text))) return true;
    if (name === 'proxy_pass' && leadsToSign(args[0]?.text ?? '', level)) return true;
  }
  return false;
}

/** A piece of http has nothing around its servers: who has read it knows what stands beside them. */
const beside = ({ parent }: Directive): readonly Directive[] => parent?.block?.children ?? [];

function leadsToSign(address: string, level: readonly Directive[]): boolean {
  let groups = signedGroups.get(level);
  if (groups === undefined) {
    groups = new Set(level.filter(isSignedGroup).map(({ args }) => args[0]?.text ?? ''));
    signedGroups.set(level, groups);
  }
  return groups.size > 0 && groups.has(/^https?:\/\/([^/?#:]+)/i.exec(address)?.[1] ?? '');
}

const signedGroups = new WeakMap<readonly Directive[], ReadonlySet<string>>();

function isSignedGroup({ name, block }: Directive): boolean {
  const servers = name === 'upstream' ? (block?.children.filter((child) => child.name === 'server') ?? []) : [];
  return servers.some(({ args }) => isSign(args[0]?.text ?? ''));
}

/**
 * `location /chat/api/v4/websocket`, `location ~ ^/chat/api/v[0-9]+/…`: what stands before the API's path. Other applications
 * have a version 1 or 2 of an API, too: Mattermost's had a socket there, and has been gone since 2017.
 */
const BEFORE_API = /^\^?((?:\/[\w.-]+)*)\/api\/v(?![12](?:\/|$)(?!(?:users\/)?websocket))/;

/** A prefix that may be a subpath, `/chat` or `/chat/`, and is no route of Mattermost's own (server/channels/web, webapp's router). */
const PREFIX =
  /^\/(?!(?:api|plugins|static|files|hooks|oauth|saml|login|signup|admin_console|help|manifest)\b)[\w./-]*[\w-]\/?$/;

/** `^/chat(/|$)(.*)` and `^/chat/(.*)$`, as ingress controllers and people write the prefix `/chat` where a rewrite follows. */
const PREFIX_AS_PATTERN = /^\^(\/[\w./-]*[\w-])(?:\/|\(\/\|\$\))\??(?:\(?\.\*\)?)?\$?$/;

/** Mattermosts beside each other under one name: more is a configuration about something else. */
const MOST_SUBPATHS = 8;

/**
 * The subpaths of SiteURL under which the server has Mattermost (`https://example.com/chat`).
 * @param level what stands beside the server
 * @returns without a slash at their end; `''` where Mattermost has the server to itself, or nothing says otherwise
 */
export function subpathsOf(server: Directive, level = beside(server)): readonly string[] {
  const apis = { own: new Set<string>(), all: new Set<string>() };
  const prefixes = new Set<string>();
  let rootIsOwn = false;
  for (const location of within(server)) {
    if (location.name !== 'location') continue;
    const written = location.args.at(-1)?.text ?? '';
    const pattern = PREFIX_AS_PATTERN.exec(written)?.[1] ?? written;
    const isOwn = passesToSign(location, level);
    const subpath = BEFORE_API.exec(pattern)?.[1];
    if (subpath !== undefined) apis.all.add(subpath);
    if (subpath !== undefined && isOwn) apis.own.add(subpath);
    if (isOwn && AT_ROOT.test(pattern)) rootIsOwn = true;
    if ((isOwn || NAMED_SO.test(pattern)) && PREFIX.test(pattern)) prefixes.add(pattern.replace(/\/$/, ''));
  }
  // What leads to somebody else is somebody else's API.
  const found = apis.own.size > 0 ? apis.own : apis.all;
  if (found.size > 0) return [...found].slice(0, MOST_SUBPATHS);
  // Several are routes that somebody told apart, and no subpath.
  return rootIsOwn || prefixes.size !== 1 ? [''] : [...prefixes];
}

/** Everything, or all of an API that stands below nothing. */
const AT_ROOT = /^\/(?:api\/?)?$/;

/** What stands at `/mattermost` is Mattermost, wherever it is proxied to. */
const NAMED_SO = /^\/mattermost\/?$/i;

function passesToSign({ block }: Directive, level: readonly Directive[]): boolean {
  const passes = block?.children.filter(({ name }) => name === 'proxy_pass') ?? [];
  return passes.some(({ args }) => args.some(({ text }) => isSign(text) || leadsToSign(text, level)));
}
