import type { Directive } from '../parse/tree.ts';
import { handshakeArrives, named, proxied } from './forwarding.ts';
import { headerMend } from './header-mend.ts';
import type { Rule } from './rule.ts';

export const pluginSockets: Rule = {
  id: 'WS016',
  severity: 'warning',
  title: 'Sockets that plugins open under /plugins/ reach a location that does not forward the upgrade',
  why: "A plugin may serve a WebSocket of its own at /plugins/ID/…, beside Mattermost's: there the handshake is refused with 400, and its live updates never come. Today's Calls, Playbooks and Boards use Mattermost's own and do without.",
  *check(view) {
    const said = new Set<Directive>();
    for (const { socket, plugins } of view.sites) {
      for (const plugin of plugins) {
        const { location } = plugin.resolution;
        const outcome = proxied(plugin);
        // Where Mattermost's own socket goes the same way, other rules have said it.
        if (outcome === null || location === null || location === socket.resolution.location) continue;
        if (said.has(location) || handshakeArrives(plugin) !== 'lost') continue;
        said.add(location);
        yield {
          at: location.args.at(-1)?.span ?? location.nameWord.span,
          summary: `A WebSocket that a plugin opens, such as ${plugin.request.target}, reaches ${named(location)}, which does not forward its upgrade.`,
          ...headerMend(view, plugin),
        };
      }
    }
  },
};
