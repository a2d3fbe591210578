import type { Directive, Span } from '../parse/tree.ts';
import { named } from './forwarding.ts';
import { uriPart, withoutUri } from './pass-uri.ts';
import { hangsOnItsPattern, patternSpan } from './pattern.ts';
import { legacyOnly } from './rival-locations.ts';
import type { Rule, RuleFinding } from './rule.ts';

/** What Mattermost's own configuration has had since API version 4, with the slash that it forgets. */
const PATTERN = '~ /api/v[0-9]+/(users/)?websocket/?$';

export const legacyPath: Rule = {
  id: 'WS015',
  severity: 'error',
  title: 'Only the WebSocket path of an old API version is matched',
  why: "Mattermost moved its WebSocket to /api/v4/websocket with version 3.8, in 2017; today's clients ask for no other, fall to another location, and their upgrade is refused.",
  *check(view) {
    for (const site of view.sites) {
      const location = legacyOnly(site);
      const at = location === null ? null : patternSpan(location);
      if (location === null || at === null) continue;
      yield {
        at,
        summary: `${named(location)} is the WebSocket of an old API: ${site.socket.request.target} is not matched, and nothing forwards its upgrade.`,
        ...mend(location, at),
      };
    }
  },
};

/** A regular expression allows no URI part in proxy_pass: where there is one, a person takes it out. */
function mend(location: Directive, at: Span): Pick<RuleFinding, 'fix' | 'edits'> {
  const fix = `location ${PATTERN} {`;
  const pass = location.block?.children.find(({ name }) => name === 'proxy_pass');
  const address = pass?.args[0];
  if (pass === undefined || address === undefined || uriPart(address.text) === null) {
    return { fix, edits: hangsOnItsPattern(location) ? [] : [{ at, text: PATTERN }] };
  }
  const line = `proxy_pass ${withoutUri(address.text)};`;
  return { fix: `${fix}\n    ${line}` };
}
