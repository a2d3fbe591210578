import { replaceWord } from '../fix/edits.ts';
import type { Directive, Word } from '../parse/tree.ts';
import type { Outcome } from '../resolve/types.ts';
import { handshakeArrives, named, quoted } from './forwarding.ts';
import { locationPattern } from './pattern.ts';
import type { Rule, RuleFinding } from './rule.ts';

export const trailingSlash: Rule = {
  id: 'WS014',
  severity: 'warning',
  title: 'The WebSocket location misses the path with a slash at its end',
  why: 'Mattermost takes /api/v4/websocket/ for its WebSocket too. A client that is configured with the slash falls to another location, without the headers of the upgrade, and gets 400.',
  *check(view) {
    for (const { socket, socketSlash } of view.sites) {
      const { location } = socket.resolution;
      const other = socketSlash.resolution.location;
      if (location === null || other === location) continue;
      if (handshakeArrives(socket) !== 'arrives' || handshakeArrives(socketSlash) !== 'lost') continue;
      const pattern = location.args.at(-1);
      if (pattern === undefined) continue;
      const falls = other === null ? 'to no location' : `to ${named(other)}`;
      const { outcome } = socketSlash.resolution;
      yield {
        at: pattern.span,
        summary: `${named(location)} does not match ${socketSlash.request.target}, which falls ${falls}${becomes(outcome)}.`,
        ...(outcome.kind === 'proxy' ? {} : { why: NOT_PROXIED }),
        ...mend(location, pattern),
      };
    }
  },
};

const NOT_PROXIED =
  'Mattermost takes /api/v4/websocket/ for its WebSocket too. A client that is configured with the slash falls to another location, and gets nginx’s answer in place of the upgrade.';

function becomes(outcome: Outcome): string {
  if (outcome.kind === 'answer') return `, where nginx answers ${outcome.status}`;
  return outcome.kind === 'files' ? ', where nginx looks for a file' : " without the upgrade's headers";
}

function mend(location: Directive, pattern: Word): Pick<RuleFinding, 'fix' | 'edits'> {
  const { kind, text } = locationPattern(location);
  if (kind === 'exact') return { fix: `location ^~ ${text} {` };
  // The end of the regular expression, where it is one that a slash can be put before.
  if (!kind.startsWith('regex') || !/\w\$$/.test(text)) return { fix: 'location ~ ^/api/v4/websocket/?$ {' };
  const mended = `${pattern.text.slice(0, -1)}/?$`;
  const modifier = kind === 'regex' ? '~' : '~*';
  return {
    fix: `location ${modifier} ${quoted(`${text.slice(0, -1)}/?$`)} {`,
    edits: [replaceWord(pattern, pattern.quote === null ? mended : quoted(mended))],
  };
}
