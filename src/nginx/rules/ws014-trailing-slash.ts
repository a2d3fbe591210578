import { replaceWord } from '../fix/edits.ts';
import type { Directive, Word } from '../parse/tree.ts';
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
      yield {
        at: pattern.span,
        summary: `${named(location)} does not match ${socketSlash.request.target}, which falls ${falls} without the upgrade's headers.`,
        ...mend(location, pattern),
      };
    }
  },
};

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
