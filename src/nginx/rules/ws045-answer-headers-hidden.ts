import { handshakeArrives, headerName } from './forwarding.ts';
import { insertInto } from './header-mend.ts';
import { proxiedSockets } from './proxied-sockets.ts';
import type { Rule } from './rule.ts';
import { mayBeDropped, mayBeUnread } from './unread.ts';

/** What a client looks for in the answer before it takes the connection for a WebSocket (RFC 6455 §4.1). nginx writes Connection itself. */
const OF_THE_ANSWER: Readonly<Record<string, string>> = {
  upgrade: 'Upgrade',
  'sec-websocket-accept': 'Sec-WebSocket-Accept',
};

export const answerHeadersHidden: Rule = {
  id: 'WS045',
  severity: 'error',
  title: 'proxy_hide_header takes a header of the handshake out of the answer',
  why: 'A client that misses Upgrade or Sec-WebSocket-Accept in the 101 closes (RFC 6455 §4.1); in the logs of nginx and of Mattermost it looks like a client that left.',
  *check(view) {
    for (const { site, resolution, outcome } of proxiedSockets(view)) {
      const { effective, location } = resolution;
      if (handshakeArrives(site.socket) === 'lost') continue;
      if (mayBeDropped(effective, 'proxy_hide_header') || mayBeUnread(effective, 'proxy_pass_header')) continue;
      const passed = effective.all('proxy_pass_header');
      const names = new Set(passed.map(headerName));
      for (const line of effective.all('proxy_hide_header')) {
        const name = OF_THE_ANSWER[headerName(line)];
        if (name === undefined || names.has(headerName(line))) continue;
        const fix = `proxy_pass_header ${name};`;
        // proxy_pass_header is inherited whole or not at all.
        const dropsOthers = passed.some(({ parent }) => parent !== location);
        yield {
          at: line.span,
          measured: { header: headerName(line) },
          summary: `proxy_hide_header ${line.args[0]?.text ?? ''} takes ${name} out of the 101: no client takes that for a WebSocket.`,
          fix,
          ...(location === null || dropsOthers ? {} : { edits: [insertInto(location, outcome.pass, [fix])] }),
        };
      }
    }
  },
};
