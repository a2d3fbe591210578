import { replaceWord } from '../fix/edits.ts';
import { isAtLeast } from '../version.ts';
import { isMisrouted } from './explained.ts';
import { proxied } from './forwarding.ts';
import { insertInto } from './header-mend.ts';
import type { Rule, RuleFinding, SocketPath, View } from './rule.ts';
import { mayBeUnread, unlessAround } from './unread.ts';

const LINE = 'proxy_http_version 1.1;';

export const httpVersion: Rule = {
  id: 'WS003',
  severity: 'error',
  title: 'proxy_http_version is not 1.1 on the WebSocket path',
  why: 'A WebSocket is an upgrade of HTTP/1.1 (RFC 6455 §4.1). HTTP/2 has no Upgrade header; over 1.0 a server may refuse it, and only some let it pass.',
  *check(view) {
    for (const site of view.sites) if (!isMisrouted(site)) yield* ofPath(view, site.socket);
  },
};

function* ofPath(view: View, path: SocketPath): Iterable<RuleFinding> {
  const outcome = proxied(path);
  if (outcome === null || mayBeUnread(path.resolution.effective, 'proxy_http_version')) return;
  const { effective, location } = path.resolution;
  const line = effective.one('proxy_http_version');
  if (line === null) {
    // nginx 1.29.7 made 1.1 the default.
    const known = isAtLeast(view.version, '1.29.7');
    if (known === true) return;
    const unless = unlessAround(view);
    yield {
      at: outcome.pass.span,
      severity: 'warning',
      summary:
        known === false
          ? `No line sets proxy_http_version${unless}: this nginx then speaks HTTP/1.0 to the backend.`
          : `No line sets proxy_http_version${unless}: every nginx before 1.29.7 then speaks HTTP/1.0 to the backend.`,
      fix: LINE,
      edits: location === null ? [] : [insertInto(location, outcome.pass, [LINE])],
    };
    return;
  }
  const [version] = line.args;
  if (version === undefined || (version.text !== '1.0' && version.text !== '2')) return;
  const isOwn = line.parent === location;
  yield {
    at: version.span,
    severity: version.text === '2' ? 'error' : 'warning',
    summary:
      version.text === '2'
        ? 'nginx speaks HTTP/2 to the backend here, which cannot carry the upgrade.'
        : 'nginx speaks HTTP/1.0 to the backend here.',
    fix: LINE,
    // One line further out is for other locations as well: this one gets its own.
    edits: isOwn
      ? [replaceWord(version, '1.1')]
      : location === null
        ? []
        : [insertInto(location, outcome.pass, [LINE])],
  };
}
