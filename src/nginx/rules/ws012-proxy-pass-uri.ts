import { replaceWord } from '../fix/edits.ts';
import type { Directive, Word } from '../parse/tree.ts';
import { resolve } from '../resolve/resolve.ts';
import { enclosing, written } from '../resolve/tree.ts';
import { isWayOfEverySocket } from './every-socket.ts';
import { named, proxied } from './forwarding.ts';
import { hopsOf } from './hops.ts';
import { lastMet } from './met.ts';
import { ownPath, uriPart, withoutUri } from './pass-uri.ts';
import { locationPattern } from './pattern.ts';
import { pathOf } from './rival-locations.ts';
import type { Rule, RuleFinding, Site, SocketPath, View } from './rule.ts';

/** Mattermost's own, below the subpath of its SiteURL where it has one. */
const ROUTE = '/api/v4/websocket';

export const proxyPassUri: Rule = {
  id: 'WS012',
  severity: 'error',
  title: 'proxy_pass or a rewrite changes the WebSocket path, or proxy_pass has a URI where nginx allows none',
  why: "With a URI after the backend's name nginx replaces what the location matched by it: Mattermost has its WebSocket at /api/v4/websocket alone and answers anything else with a page, a redirect or 404.",
  *check(view) {
    yield* refused(view);
    for (const site of view.sites) {
      yield* rewritten(view, site);
      yield* withoutQuery(view, site);
    }
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

/** What the backend receives, where it is no path of Mattermost's WebSocket and the lines that make it so are known. */
function* rewritten(view: View, { server, socket }: Site): Iterable<RuleFinding> {
  const outcome = proxied(socket);
  const [address] = outcome?.pass.args ?? [];
  const place = outcome?.pass.parent ?? null;
  if (outcome === null || outcome.target === null || address === undefined || place === null) return;
  const own = ownPath(address.text);
  const uri = uriPart(address.text);
  const asked = pathOf(socket.request.target);
  const received = pathOf(outcome.target);
  // A subpath may be taken off or put in front on purpose, and another server here may put right what this one has changed.
  if (received === asked || isRoute(received)) return;
  if (isRoute(pathOf(hopsOf(view, socket).at(-1)?.outcome.target ?? ''))) return;
  if (uri !== null && takesNoUri(place)) return;
  // What another client may bring along, ours has not.
  if (!isWayOfEverySocket(socket.resolution) || OF_ONE_CLIENT.test(own ?? '')) return;
  const makes = `makes ${received} of ${asked}`;
  const rewrite = lastMet(server.directive, socket.resolution, ['rewrite']);
  if (own !== null) {
    yield {
      at: address.span,
      summary: `proxy_pass with a variable sends "${own}" in place of every request’s own path: it ${makes}.`,
      why: 'Where a variable stands in proxy_pass, nginx takes the path after the address as it is, and drops the one that was asked for; with none there it passes that one on.',
      ...bare(address),
    };
  } else if (rewrite !== null) {
    const both = uri !== null && rewrite.parent !== place && rewrite.parent?.parent !== place;
    const make = both ? ` and proxy_pass with the URI part "${uri}" make ${received} of ${asked}` : ` ${makes}`;
    yield {
      at: rewrite.span,
      summary: `${written(rewrite)}${make}.`,
      why: 'nginx sends what a rewrite has made of the path: Mattermost has its WebSocket at /api/v4/websocket alone and answers anything else with a page, a redirect or 404.',
      fix: withoutRewrite(rewrite, asked, withoutUri(address.text)),
    };
  } else if (uri !== null) {
    yield {
      at: address.span,
      summary: `proxy_pass with the URI part "${uri}" in ${named(place)} ${makes}.`,
      ...(isRoute(received.replaceAll('//', '/')) ? withSlash(place, address) : bare(address)),
    };
  } else {
    yield* sentElsewhere(server.directive, socket, makes);
  }
}

/** try_files and error_page go on with another path, which may be proxied as well. */
function* sentElsewhere(server: Directive, { request, resolution }: SocketPath, makes: string): Iterable<RuleFinding> {
  const line = lastMet(server, resolution, ['try_files', 'error_page']);
  if (line === null) return;
  yield {
    at: line.span,
    summary: `${written(line)} ${makes}.`,
    why: 'nginx goes on with that path as if it had been asked for: Mattermost has its WebSocket at /api/v4/websocket alone and answers anything else with a page, a redirect or 404.',
    fix: `# a location of its own, without ${line.name}, and with the lines of the upgrade\nlocation = ${pathOf(request.target)} {`,
  };
}

/** What Mattermost's clients put there when they come back (FIELD-NOTES §1), by a name that no other request has. */
const RESUME = 'connection_id=hangup&sequence_number=1';

/** A proxy_pass with a variable and the WebSocket's own path: the path arrives, and what stood behind it does not. */
function* withoutQuery(view: View, { socket }: Site): Iterable<RuleFinding> {
  if (ownPath(proxied(socket)?.pass.args[0]?.text ?? '') === null) return;
  const request = { ...socket.request, target: `${socket.request.target}?${RESUME}` };
  const path: SocketPath = { request, resolution: resolve(view.http, request, view.version) };
  const outcome = proxied(path);
  const [address] = outcome?.pass.args ?? [];
  const own = ownPath(address?.text ?? '');
  if (outcome === null || outcome.target === null || address === undefined || own === null) return;
  if (!isRoute(pathOf(outcome.target)) || outcome.target.includes(RESUME)) return;
  if (!isWayOfEverySocket(path.resolution) || OF_ONE_CLIENT.test(own)) return;
  if (hopsOf(view, path).at(-1)?.outcome.target?.includes(RESUME) === true) return;
  const text = `${address.text}${own.includes('?') ? '&$args' : '$is_args$args'}`;
  yield {
    at: address.span,
    severity: 'warning',
    measured: 'query-dropped',
    summary: `proxy_pass with a variable sends "${own}" in place of path and query: connection_id and sequence_number do not arrive.`,
    why: 'With these two a client that comes back gets what was said while it was away; without them it counts as new each time, and has to load again what it may have missed.',
    fix: `proxy_pass ${text};`,
    edits: [replaceWord(address, text)],
  };
}

/** Mattermost takes a slash at the end as well (FIELD-NOTES §1); a path with an empty part it redirects, which no WebSocket client follows. */
const isRoute = (path: string): boolean => path.replace(/\/$/, '').endsWith(ROUTE) && !path.includes('//');

/** `location /chat` and `proxy_pass http://mattermost/`: one has the slash, the other has not. What was meant, only people know. */
function withSlash(place: Directive, address: Word): Pick<RuleFinding, 'fix'> {
  const { kind, text } = locationPattern(place);
  if (kind !== 'prefix' && kind !== 'first-prefix') return { fix: bare(address).fix };
  return {
    fix: `location ${kind === 'prefix' ? '' : '^~ '}${text}/ {\n# or, where SiteURL has the path, too\n${bare(address).fix}`,
  };
}

const OF_ONE_CLIENT = /\$\{?(?:http|cookie|arg)_/;

function withoutRewrite(rewrite: Directive, asked: string, address: string): string {
  const location = enclosing(rewrite, 'location');
  if (location === null)
    return `# of the server itself it comes before every location: let it leave ${asked} alone, or move it into a location`;
  const { kind } = locationPattern(location);
  if (kind === 'exact') return `Remove the line: ${written(rewrite)};`;
  return [
    '# a location of its own, without the rewrite, before other regular expressions',
    // Behind ^~ no regular expression is tried: the longer prefix is taken.
    kind === 'first-prefix' ? `location ^~ ${asked} {` : `location ~ ^${asked}/?$ {`,
    `    proxy_pass ${address};`,
    '    # and the lines of the location that has the WebSocket now',
    '}',
  ].join('\n');
}

function bare(address: Word): Pick<RuleFinding, 'fix' | 'edits'> {
  const text = withoutUri(address.text);
  return { fix: `proxy_pass ${text};`, edits: [replaceWord(address, text)] };
}
