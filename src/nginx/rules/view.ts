import type { Configuration, Directive } from '../parse/tree.ts';
import { httpModel } from '../resolve/model.ts';
import type { NginxVersion } from '../version.ts';
import type { View } from './rule.ts';
import { examine, type PassedOver } from './sites.ts';

/** What the rules look at: the configuration made ready, and the requests of Mattermost's clients followed through it. */
export function viewOf(
  configuration: Configuration,
  version: NginxVersion | null,
  host: string | null,
): { readonly view: View; readonly passedOver: readonly PassedOver[] } {
  const http = httpModel(configuration);
  const { sites, passedOver } = examine(http, version, host);
  const byName = index(configuration.directives);
  const view: View = { configuration, http, version, sites, every: (name) => byName.get(name) ?? [] };
  return { view, passedOver };
}

/** In the order of the configuration. */
function index(directives: readonly Directive[]): ReadonlyMap<string, readonly Directive[]> {
  const byName = new Map<string, Directive[]>();
  const waiting = directives.toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const same = byName.get(next.name);
    if (same === undefined) byName.set(next.name, [next]);
    else same.push(next);
    const children = next.block?.children ?? [];
    for (let at = children.length - 1; at >= 0; at--) {
      const child = children[at];
      if (child !== undefined) waiting.push(child);
    }
  }
  return byName;
}
