import type { Directive } from '../parse/tree.ts';
import { within } from '../resolve/tree.ts';
import { type CarriedSocket, carriedSockets } from './carried-sockets.ts';
import { isMisrouted } from './explained.ts';
import { insertInto } from './header-mend.ts';
import { setInLocation } from './location-line.ts';
import { lastMet } from './met.ts';
import { isForSocketsOnly } from './pattern.ts';
import type { Rule, RuleFinding, Site } from './rule.ts';
import { mayBeUnread, unreadIncludes } from './unread.ts';

export const cacheOrFiles: Rule = {
  id: 'WS034',
  severity: 'warning',
  title: 'A cache or try_files stands before the WebSocket',
  why: 'What the cache or the disk answers never reaches Mattermost: the client gets a stale refusal, a page, or 404 where it waits for 101.',
  *check(view) {
    for (const socket of carriedSockets(view)) {
      const finding = isElsewhere(socket) ? null : cached(socket);
      if (finding !== null) yield finding;
    }
    for (const site of view.sites) {
      const finding = isMisrouted(site) ? null : filesInstead(site);
      if (finding !== null) yield finding;
    }
  },
};

/** Mattermost’s own socket, in a location that was not meant for it: once it is where it belongs, no cache is before it. */
const isElsewhere = ({ site, resolution }: CarriedSocket): boolean =>
  resolution === site.socket.resolution && isMisrouted(site);

function cached(socket: CarriedSocket): RuleFinding | null {
  const { location, outcome, resolution } = socket;
  const { effective } = resolution;
  const cache = effective.one('proxy_cache');
  const zone = cache?.args[0]?.text ?? 'off';
  const bypass = effective.one('proxy_cache_bypass');
  if (cache === null || zone === 'off' || zone.includes('$') || passesBy(bypass)) return null;
  if (['proxy_cache', 'proxy_cache_bypass'].some((name) => mayBeUnread(effective, name))) return null;
  const off = 'proxy_cache off;';
  const around = ['proxy_cache_bypass $http_upgrade;', 'proxy_no_cache $http_upgrade;'];
  const alone = isForSocketsOnly(location);
  const others = bypass !== null || effective.one('proxy_no_cache') !== null;
  return {
    at: cache.span,
    summary: `${socket.target} goes through the cache ${zone}: a refusal that was stored is handed to the next client, and with proxy_cache_lock one handshake waits for another.`,
    fix: alone ? off : around.join('\n'),
    ...(alone ? { edits: [setInLocation(socket, off)] } : {}),
    ...(!alone && !others ? { edits: [insertInto(location, outcome.pass, around)] } : {}),
  };
}

/** `proxy_cache_bypass $http_upgrade`, a map of it by its name, or a constant. */
const passesBy = (bypass: Directive | null): boolean =>
  bypass?.args.some(({ text }) => /upgrade/i.test(text) || (!text.includes('$') && text !== '' && text !== '0')) ===
  true;

/** try_files that ends in a file or a status. One that hands on to a location with proxy_pass is fine. */
function filesInstead({ server, socket }: Site): RuleFinding | null {
  const { effective, outcome } = socket.resolution;
  const ends = outcome.kind === 'files' || (outcome.kind === 'answer' && outcome.by.name === 'try_files');
  if (!ends || ![...within(server.directive)].some(({ name }) => name === 'proxy_pass')) return null;
  if (effective.scope.slice(1).some((block) => unreadIncludes(block).length > 0)) return null;
  const tries = lastMet(server.directive, socket.resolution, ['try_files']);
  if (tries === null) return null;
  return {
    at: tries.span,
    measured: 'never-proxied',
    summary: `${socket.request.target} is looked for among the files here and never reaches a backend.`,
    fix: 'Give the WebSocket a location of its own with proxy_pass, or let the last word of try_files be a location that has one:\ntry_files $uri @mattermost;',
  };
}
