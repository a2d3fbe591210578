import { droppedHeaders } from './dropped-headers.ts';
import { isMisrouted } from './explained.ts';
import { named } from './forwarding.ts';
import { headerMend } from './header-mend.ts';
import type { Rule } from './rule.ts';

const SPELLING: Readonly<Record<string, string>> = { upgrade: 'Upgrade', connection: 'Connection', host: 'Host' };

export const inheritedHeadersDropped: Rule = {
  id: 'WS007',
  severity: 'error',
  title: 'A proxy_set_header of the location drops the inherited ones that the WebSocket needs',
  why: 'proxy_set_header is inherited only by a level that has none of its own. Without Upgrade and Connection Mattermost answers 400; without Host it gets $proxy_host, which differs from the Origin, and answers 403.',
  *check(view) {
    for (const site of view.sites) {
      const { socket } = site;
      const dropped = isMisrouted(site) ? null : droppedHeaders(view, socket);
      const first = dropped?.own[0];
      const place = first?.parent;
      if (dropped === null || first === undefined || place === undefined || place === null) continue;
      const [outer] = dropped.lost;
      const essential = list(dropped.essential.map((name) => SPELLING[name] ?? name));
      const others = dropped.lost
        .map((line) => line.args[0]?.text ?? '')
        .filter((name) => !(name.toLowerCase() in SPELLING));
      const too = others.length === 0 ? '' : ` (and ${list(others)})`;
      const from = outer?.parent === undefined || outer.parent === null ? 'further out' : `in ${named(outer.parent)}`;
      yield {
        at: first.span,
        summary: `proxy_set_header ${first.args[0]?.text ?? ''} in ${named(place)} drops ${essential}${too}, set ${from}.`,
        ...headerMend(view, socket),
      };
    }
  },
};

function list(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
