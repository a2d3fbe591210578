import type { Directive, Span } from '../parse/tree.ts';
import { proxied, variablesIn } from './forwarding.ts';
import type { Rule, RuleFinding, Site, View } from './rule.ts';
import { mayBeUnread, unlessAround } from './unread.ts';

/** What each tells about a WebSocket that ended. */
const WANTED = ['connection', 'request_time', 'request_completion', 'upstream_addr', 'request_id'];

const FIX = [
  '# in http',
  'log_format websocket \'$time_iso8601 $remote_addr:$remote_port "$request" $status $body_bytes_sent \'',
  "                     'connection=$connection pid=$pid request_time=$request_time completion=$request_completion '",
  "                     'upstream=$upstream_addr upstream_status=$upstream_status request_id=$request_id '",
  "                     'key=$http_sec_websocket_key';",
  '# in the location of the WebSocket',
  'access_log /var/log/nginx/websocket.log websocket;',
].join('\n');

export const accessLogFields: Rule = {
  id: 'WS010',
  severity: 'note',
  title: "The access log cannot be joined with nginx's other lines about a WebSocket",
  why: 'The line of a WebSocket is written when it ends and says 101 whatever happened. $request_time is its life, an empty $request_completion means that nginx itself cut it, $connection is the *N of the error log, $upstream_addr the backend that had it, $request_id what ties it to other logs.',
  *check(view) {
    for (const site of view.sites) yield* ofSite(view, site);
  },
};

function* ofSite(view: View, site: Site): Iterable<RuleFinding> {
  if (proxied(site.socket) === null || mayBeUnread(site.socket.resolution.effective, 'access_log')) return;
  const logs = site.socket.resolution.effective.all('access_log');
  const [log] = logs;
  if (log === undefined) {
    // A piece of http inherits from an nginx.conf that we have not seen.
    if (view.configuration.context === 'http') return;
    const at: Span = (view.http.block ?? site.server.directive).nameWord.span;
    yield {
      at,
      summary: `No access_log is set${unlessAround(view)}, and nginx's own format "combined" lacks ${variables(WANTED)}.`,
      fix: FIX,
    };
    return;
  }
  if (log.args[0]?.text === 'off') {
    yield { at: log.span, summary: 'access_log off: nginx writes no line about a WebSocket that ended.', fix: FIX };
    return;
  }
  const lacking = logs.map((each) => lackingIn(view, each));
  if (lacking.some((names) => names === null || names.length === 0)) return;
  const [names] = lacking;
  const format = log.args[1]?.text ?? 'combined';
  yield {
    at: log.span,
    summary: `The access log's format ${format} lacks ${variables(names ?? [])}.`,
    fix: FIX,
  };
}

/** @returns null where the format is not among what we read */
function lackingIn(view: View, log: Directive): readonly string[] | null {
  const format = log.args[1]?.text ?? 'combined';
  // `if=…`, `buffer=…` and the like stand only after a format.
  if (format === 'combined') return WANTED;
  const definition = view.every('log_format').find(({ args }) => args[0]?.text === format);
  if (definition === undefined) return null;
  const present = new Set(definition.args.slice(1).flatMap(({ text }) => variablesIn(text)));
  return WANTED.filter((name) => !present.has(name));
}

const variables = (names: readonly string[]): string => names.map((name) => `$${name}`).join(', ');
