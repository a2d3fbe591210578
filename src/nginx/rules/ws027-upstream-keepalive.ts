import { parseTime } from '../directives/values.ts';
import { insertAfter, replaceWord } from '../fix/edits.ts';
import type { Directive } from '../parse/tree.ts';
import type { Upstream } from '../resolve/types.ts';
import { isAtLeast } from '../version.ts';
import { hasToken, headerValue, named, type Proxied, proxied, sentHeaders } from './forwarding.ts';
import { headerLine } from './request-headers.ts';
import type { Rule, RuleFinding, Site, SocketPath, View } from './rule.ts';

/** Mattermost closes an idle HTTP connection after 60 s (ServiceSettings.IdleTimeout); nginx keeps one for 60 s too. */
const MATTERMOST_IDLE_MS = 60_000;
const LINE = 'keepalive_timeout 30s;';
const VERSION = 'proxy_http_version 1.1;';
const MAP = ['map $http_upgrade $connection_upgrade {', '    default upgrade;', "    '' '';", '}'];
/** Since then nginx asks for HTTP/1.1 and sends no Connection by itself. */
const KEEPS_BY_ITSELF = '1.29.7';

export const upstreamKeepalive: Rule = {
  id: 'WS027',
  severity: 'warning',
  title: 'Connections kept open to Mattermost outlive its own idle timer, or are not kept at all',
  why: 'Mattermost closes an idle HTTP connection after 60 s: a request that nginx sends at that moment over a kept connection is lost. nginx repeats a GET, an upgrade too, but answers a POST with 502.',
  *check(view) {
    for (const { upstream, requests } of pools(view)) {
      const keepalive = lineOf(upstream, 'keepalive');
      if (keepalive === null || keepalive.args[0]?.text === '0') continue;
      if (requests.some((request) => fateOf(view, request) === 'kept')) yield* outlives(upstream, keepalive);
      for (const fate of ['closed', 'closed by an older nginx'] as const) {
        const request = requests.find((one) => fateOf(view, one) === fate);
        if (request === undefined) continue;
        yield unused(keepalive, request, fate);
        break;
      }
    }
  },
};

interface PlainRequest {
  readonly site: Site;
  readonly path: SocketPath;
  readonly outcome: Proxied;
}

interface Pool {
  readonly upstream: Upstream;
  readonly requests: PlainRequest[];
}

/** The upstreams that plain requests go to: a WebSocket's own connection is never kept for another request. */
function pools(view: View): Iterable<Pool> {
  const found = new Map<Directive, Pool>();
  for (const site of view.sites) {
    for (const path of site.plain) {
      const outcome = proxied(path);
      if (outcome === null || outcome.upstream === null) continue;
      const pool = found.get(outcome.upstream.directive) ?? { upstream: outcome.upstream, requests: [] };
      pool.requests.push({ site, path, outcome });
      found.set(outcome.upstream.directive, pool);
    }
  }
  return found.values();
}

/** What becomes of the connection to the backend after the answer. */
type Fate = 'kept' | 'closed' | 'closed by an older nginx' | 'unknown';

function fateOf(view: View, { path, outcome }: PlainRequest): Fate {
  const { effective } = path.resolution;
  const byItself = isAtLeast(view.version, KEEPS_BY_ITSELF);
  const older: Fate = byItself === null ? 'closed by an older nginx' : byItself ? 'kept' : 'closed';
  const version = effective.one('proxy_http_version');
  const byVersion: Fate = version === null ? older : version.args[0]?.text === '1.0' ? 'closed' : 'kept';
  const line = headerLine(effective, 'Connection');
  const fates = [byVersion, line === null ? older : byHeader(line, outcome)];
  return ORDER.find((fate) => fates.includes(fate)) ?? 'kept';
}

/** What is not known says nothing; else the worst counts. */
const ORDER: readonly Fate[] = ['unknown', 'closed', 'closed by an older nginx'];

/** A map that makes `close` of a plain request is WS006's to tell. */
function byHeader(line: Directive, outcome: Proxied): Fate {
  const value = sentHeaders(outcome, 'connection').at(-1)?.value;
  if (!headerValue(line).includes('$')) return hasToken(headerValue(line), 'close') ? 'closed' : 'kept';
  return value === null || (value !== undefined && hasToken(value, 'close')) ? 'unknown' : 'kept';
}

function* outlives(upstream: Upstream, keepalive: Directive): Iterable<RuleFinding> {
  const timeout = lineOf(upstream, 'keepalive_timeout');
  const word = timeout?.args[0];
  if (word === undefined) {
    yield {
      at: keepalive.nameWord.span,
      severity: 'note',
      summary: `Connections to ${upstream.name} are kept for 60 s, nginx’s default, and Mattermost closes them after the same 60 s.`,
      fix: LINE,
      edits: [insertAfter(keepalive, [LINE])],
    };
    return;
  }
  const ms = parseTime(word.text);
  if (ms === null || ms < MATTERMOST_IDLE_MS) return;
  yield {
    at: word.span,
    summary: `Connections to ${upstream.name} are kept for ${word.text}, and Mattermost closes them after 60 s.`,
    fix: LINE,
    edits: [replaceWord(word, '30s')],
  };
}

function unused(keepalive: Directive, { site, path }: PlainRequest, fate: Fate): RuleFinding {
  const { location } = path.resolution;
  const where = location === null ? 'the server' : named(location);
  const who = fate === 'closed' ? 'nginx' : `nginx before ${KEEPS_BY_ITSELF}`;
  const shared = location === site.socket.resolution.location;
  return {
    at: keepalive.nameWord.span,
    severity: 'note',
    measured: 'keepalive-unused',
    summary: `${who} closes each connection that ${where} opens, so keepalive keeps none: it wants HTTP/1.1 and an empty Connection for plain requests.`,
    why: 'Every plain request opens a connection of its own to Mattermost, also while hundreds of clients come back at once after a reload.',
    fix: shared
      ? ['# in http', ...MAP, '# in the location', VERSION, 'proxy_set_header Connection $connection_upgrade;'].join(
          '\n',
        )
      : [VERSION, 'proxy_set_header Connection "";'].join('\n'),
  };
}

const lineOf = ({ directive }: Upstream, name: string): Directive | null =>
  directive.block?.children.find((child) => child.name === name) ?? null;
