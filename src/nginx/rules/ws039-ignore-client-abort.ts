import { removeDirective } from '../fix/edits.ts';
import { carriedSockets } from './carried-sockets.ts';
import { isForSocketsOnly } from './pattern.ts';
import type { Rule } from './rule.ts';
import { mayBeUnread } from './unread.ts';

export const ignoreClientAbort: Rule = {
  id: 'WS039',
  severity: 'note',
  title: 'proxy_ignore_client_abort keeps no WebSocket open',
  why: 'It holds until the backend’s answer. After the 101 nginx watches both sides with other handlers, and either one’s end closes the other.',
  *check(view) {
    for (const { location, resolution } of carriedSockets(view)) {
      const directive = resolution.effective.one('proxy_ignore_client_abort');
      if (directive === null || !resolution.effective.flag('proxy_ignore_client_abort')) continue;
      if (mayBeUnread(resolution.effective, directive.name)) continue;
      const own = directive.parent === location && isForSocketsOnly(location);
      yield {
        at: directive.span,
        summary:
          'proxy_ignore_client_abort has no effect on an open WebSocket: when the client leaves, nginx closes the backend’s side at once.',
        fix: own
          ? 'Remove the line: proxy_ignore_client_abort on;'
          : 'Nothing to change if it is meant for other requests; for the WebSocket it does nothing.',
        ...(own ? { edits: [removeDirective(directive)] } : {}),
      };
    }
  },
};
