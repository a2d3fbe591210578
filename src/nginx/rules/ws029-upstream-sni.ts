import { insertBefore } from '../fix/edits.ts';
import { backendAddress } from './backend-address.ts';
import { type ProxiedSocket, proxiedSockets } from './proxied-sockets.ts';
import type { Rule } from './rule.ts';

const LINE = 'proxy_ssl_server_name on;';

export const upstreamServerName: Rule = {
  id: 'WS029',
  severity: 'warning',
  title: 'The backend speaks TLS by name and is not told the name (proxy_ssl_server_name)',
  why: 'A backend or load balancer that chooses its certificate or its site by name (SNI) picks the wrong one: the upgrade gets 502, or another site’s answer.',
  *check(view) {
    for (const socket of proxiedSockets(view)) {
      const { outcome, resolution } = socket;
      const { effective, location } = resolution;
      if (outcome.scheme !== 'https' || effective.flag('proxy_ssl_server_name')) continue;
      const names = backendNames(socket);
      if (names.length === 0) continue;
      const lines = [LINE];
      const [name, other] = names;
      const sendsGroup = outcome.upstream !== null && effective.one('proxy_ssl_name') === null;
      // Without it the group's own name is sent.
      const own = other === undefined ? '' : '  # or the name that all their certificates have';
      if (sendsGroup && name !== undefined) lines.push(`proxy_ssl_name ${name};${own}`);
      const mendable = outcome.pass.parent === location && !(sendsGroup && other !== undefined);
      yield {
        at: outcome.pass.nameWord.span,
        summary: `nginx speaks TLS to ${names.join(' and ')} without naming it.`,
        fix: lines.join('\n'),
        ...(mendable ? { edits: [insertBefore(outcome.pass, lines)] } : {}),
      };
    }
  },
};

/** Host names that it may connect to; none where the addresses are numbers, or a variable hides them. */
function backendNames({ outcome }: ProxiedSocket): readonly string[] {
  const addresses = outcome.upstream?.servers.map(({ address }) => address) ?? [outcome.to];
  const names = addresses.map(backendAddress).filter(({ kind, host }) => kind === 'name' && /^[\w.-]+$/.test(host));
  return [...new Set(names.map(({ host }) => host))];
}
