import { replaceWord } from '../fix/edits.ts';
import type { Span } from '../parse/tree.ts';
import { proxied } from './forwarding.ts';
import type { Rule, RuleFinding, Site, View } from './rule.ts';
import { mayBeUnread, unlessAround } from './unread.ts';

/** ngx_log.c: `debug` and its kinds are more than info; the others are less. */
const SAYS_INFO = /^(?:info|debug(?:_\w+)?)$/;

export const errorLogLevel: Rule = {
  id: 'WS009',
  severity: 'warning',
  title: 'error_log is above info, where nginx says who ended a WebSocket',
  why: "nginx logs its own idle timeout and a client's reset on an upgraded connection at level info. Above it, the commonest end of a WebSocket leaves no line at all, and the access log says 101 to every one.",
  *check(view) {
    for (const site of view.sites) yield* ofSite(view, site);
  },
};

function* ofSite(view: View, site: Site): Iterable<RuleFinding> {
  if (proxied(site.socket) === null || mayBeUnread(site.socket.resolution.effective, 'error_log')) return;
  const logs = site.socket.resolution.effective.all('error_log');
  const [log] = logs;
  if (log === undefined) {
    // A piece of http inherits from an nginx.conf that we have not seen.
    if (view.configuration.context === 'http') return;
    yield {
      at: whereItIsMissing(view, site),
      summary: `No error_log is set${unlessAround(view)}, and nginx then logs errors alone.`,
      fix: 'error_log /var/log/nginx/error.log info;',
    };
    return;
  }
  if (logs.some(({ args }) => args.slice(1).some(({ text }) => SAYS_INFO.test(text) || text.includes('$')))) return;
  const [target, level] = log.args;
  if (target === undefined) return;
  const written = target.span.source.text(target.span.start, target.span.end);
  yield {
    at: (level ?? log).span,
    summary:
      level === undefined
        ? `error_log ${written} has no level, and nginx then logs errors alone.`
        : `error_log at ${level.text} does not say when nginx or a client ended a WebSocket.`,
    fix: `error_log ${written} info;`,
    edits: [level === undefined ? replaceWord(target, `${written} info`) : replaceWord(level, 'info')],
  };
}

const whereItIsMissing = (view: View, { server }: Site): Span => (view.http.block ?? server.directive).nameWord.span;
