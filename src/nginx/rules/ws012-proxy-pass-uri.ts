import { replaceWord } from '../fix/edits.ts';
import type { Directive, Word } from '../parse/tree.ts';
import { named, proxied } from './forwarding.ts';
import { uriPart, withoutUri } from './pass-uri.ts';
import { locationPattern } from './pattern.ts';
import { pathOf } from './rival-locations.ts';
import type { Rule, RuleFinding, Site, View } from './rule.ts';

/** Mattermost's own, below the subpath of its SiteURL where it has one. */
const ROUTE = '/api/v4/websocket';

export const proxyPassUri: Rule = {
  id: 'WS012',
  severity: 'error',
  title: 'The URI part of proxy_pass rewrites the WebSocket path, or stands where nginx allows none',
  why: "With a URI after the backend's name nginx replaces what the location matched by it: Mattermost has its WebSocket at /api/v4/websocket alone and answers anything else with a page, a redirect or 404.",
  *check(view) {
    yield* refused(view);
    for (const site of view.sites) yield* rewritten(site);
  },
};

/** What nginx does not start with: ngx_http_proxy_pass refuses a URI where no prefix is known that it would replace. */
function* refused(view: View): Iterable<RuleFinding> {
  for (const pass of view.every('proxy_pass')) {
    const [address] = pass.args;
    const place = pass.parent;
    const uri = address === undefined ? null : uriPart(address.text);
    if (address === undefined || place === null || uri === null || !takesNoUri(place)) continue;
    yield {
      at: address.span,
      summary: `proxy_pass has the URI part "${uri}" in ${named(place)}: nginx refuses to start.`,
      why: 'In a regular expression, a named location, an if or a limit_except nginx knows no prefix that the URI part would replace.',
      ...bare(address),
    };
  }
}

function takesNoUri(place: Directive): boolean {
  if (place.name === 'if' || place.name === 'limit_except') return true;
  return place.name === 'location' && ['regex', 'regex-any-case', 'named'].includes(locationPattern(place).kind);
}

function* rewritten({ socket }: Site): Iterable<RuleFinding> {
  const outcome = proxied(socket);
  const [address] = outcome?.pass.args ?? [];
  const place = outcome?.pass.parent ?? null;
  if (outcome === null || outcome.target === null || address === undefined || place === null || takesNoUri(place))
    return;
  const uri = uriPart(address.text);
  const asked = pathOf(socket.request.target);
  const received = pathOf(outcome.target);
  // A subpath may be taken off or put in front on purpose.
  if (uri === null || received === asked || received.endsWith(ROUTE)) return;
  // What a rewrite has changed goes as it is: the URI part is no part of it then.
  if (place.block?.children.some(({ name }) => name === 'rewrite') === true) return;
  yield {
    at: address.span,
    summary: `proxy_pass with the URI part "${uri}" in ${named(place)} makes ${received} of ${asked}.`,
    ...bare(address),
  };
}

function bare(address: Word): Pick<RuleFinding, 'fix' | 'edits'> {
  const text = withoutUri(address.text);
  return { fix: `proxy_pass ${text};`, edits: [replaceWord(address, text)] };
}
