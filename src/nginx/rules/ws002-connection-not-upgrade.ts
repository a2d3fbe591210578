import type { SentHeader } from '../resolve/types.ts';
import { isExplained } from './explained.ts';
import { connectionArrives, proxied, sentHeaders, settingLine } from './forwarding.ts';
import { headerMend } from './header-mend.ts';
import type { Rule } from './rule.ts';
import { unlessHeadersAround } from './unread.ts';

export const connectionNotUpgrade: Rule = {
  id: 'WS002',
  severity: 'error',
  title: 'Connection is not "upgrade" on the WebSocket path',
  why: 'Connection belongs to one hop, so nginx writes its own; without the token "upgrade" in it Mattermost answers 400 to the handshake.',
  *check(view) {
    for (const site of view.sites) {
      const outcome = proxied(site.socket);
      if (outcome === null || connectionArrives(site.socket) !== 'lost' || isExplained(view, site, 'connection'))
        continue;
      const { effective } = site.socket.resolution;
      const line = settingLine(outcome, 'Connection', effective.all('proxy_set_header'));
      const says = received(sentHeaders(outcome, 'connection'));
      const { target } = site.socket.request;
      yield {
        at: line?.span ?? outcome.pass.span,
        summary:
          line === null
            ? `No line sets Connection for ${target}${unlessHeadersAround(view, effective)}: the backend receives ${says}.`
            : `The backend receives ${says} for ${target}, since Connection is set to ${line.args[1]?.text || '""'}.`,
        ...headerMend(view, site.socket),
      };
    }
  },
};

/** @returns what the backend makes of the lines that it gets */
function received(lines: readonly SentHeader[]): string {
  const values = lines.map(({ value }) => value);
  if (values.every((value) => value === '')) return 'no Connection header';
  return values.includes(null) ? "nginx's own Connection header" : `Connection: ${values.join(', ')}`;
}
