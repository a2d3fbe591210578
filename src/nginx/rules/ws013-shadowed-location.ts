import { named } from './forwarding.ts';
import { hangsOnItsPattern, isForSocketsOnly, locationPattern, patternSpan } from './pattern.ts';
import { pathOf, type Shadowed, shadowed } from './rival-locations.ts';
import type { Rule, RuleFinding, Site } from './rule.ts';

export const shadowedLocation: Rule = {
  id: 'WS013',
  severity: 'error',
  title: 'Another location takes the WebSocket from the one that was made for it',
  why: 'nginx takes an exact location first, then the longest prefix if it is marked ^~, then the first regular expression in the order of the file, then the longest prefix: the lines of the location that was meant are never used.',
  *check(view) {
    for (const site of view.sites) {
      const found = shadowed(site);
      if (found === null) continue;
      const { meant, taken } = found;
      const { file, line } = meant.span.source.position(meant.span.start);
      const where = meant.span.source === taken.span.source ? `line ${line}` : `${file}:${line}`;
      yield {
        at: patternSpan(taken) ?? taken.nameWord.span,
        summary: `${named(taken)} takes ${site.socket.request.target} from ${named(meant)} (${where}): ${because(found)}.`,
        ...mend(site, found),
      };
    }
  },
};

function because({ meant, taken }: Shadowed): string {
  const [winner, loser] = [locationPattern(taken).kind, locationPattern(meant).kind];
  if (winner === 'exact') return 'an exact location comes before all others';
  if (winner === 'first-prefix' && loser.startsWith('regex')) return '^~ keeps nginx from trying regular expressions';
  if (winner.startsWith('regex')) {
    return loser.startsWith('regex')
      ? 'the first regular expression that matches is taken'
      : 'a regular expression comes before a prefix without ^~';
  }
  return 'the longest prefix is taken';
}

/** `^~` with the whole path: the longest prefix there is, and no regular expression is tried after it. */
function mend({ server, socket }: Site, { meant, taken }: Shadowed): Pick<RuleFinding, 'fix' | 'edits'> {
  if (locationPattern(taken).kind === 'exact') {
    return { fix: `Set the headers of ${named(meant)} in ${named(taken)} as well, or remove ${named(taken)}.` };
  }
  const path = pathOf(socket.request.target);
  const pattern = `^~ ${path}`;
  const fix = `# in place of ${named(meant)}\nlocation ${pattern} {`;
  const at = patternSpan(meant);
  const siblings = server.directive.block?.children.filter(({ name }) => name === 'location') ?? [];
  const isThere = siblings.some((each) => each !== meant && locationPattern(each).text === path);
  if (at === null || isThere || !isForSocketsOnly(meant) || hangsOnItsPattern(meant)) return { fix };
  return { fix, edits: [{ at, text: pattern }] };
}
