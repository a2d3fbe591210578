import { replaceDirective } from '../fix/edits.ts';
import { isExplained } from './explained.ts';
import { proxied, sentHeaders, settingLine, upgradeArrives } from './forwarding.ts';
import { headerMend, insertInto } from './header-mend.ts';
import type { Rule, RuleFinding, Site, View } from './rule.ts';
import { unlessHeadersAround } from './unread.ts';

/** RFC 6455 §4.1, items 7 and 9: of the client's own headers, what no server does without. */
const HANDSHAKE_HEADERS = ['Sec-WebSocket-Key', 'Sec-WebSocket-Version'];

export const upgradeNotForwarded: Rule = {
  id: 'WS001',
  severity: 'error',
  title: 'The WebSocket handshake is not forwarded: Upgrade is missing',
  why: 'nginx drops Upgrade on its way to the backend unless a line sets it again; Mattermost answers 400 to a handshake without it, and the client tries for ever.',
  *check(view) {
    for (const site of view.sites) {
      yield* missingUpgrade(view, site);
      yield* missingClientHeaders(site);
    }
  },
};

function* missingUpgrade(view: View, site: Site): Iterable<RuleFinding> {
  const outcome = proxied(site.socket);
  if (outcome === null || upgradeArrives(site.socket) !== 'lost' || isExplained(view, site, 'upgrade')) return;
  const { effective } = site.socket.resolution;
  const line = settingLine(outcome, 'Upgrade', effective.all('proxy_set_header'));
  const { target } = site.socket.request;
  yield {
    at: line?.span ?? outcome.pass.span,
    summary:
      line === null
        ? `No line sets Upgrade for ${target}${unlessHeadersAround(view, effective)}: the backend receives none.`
        : `Upgrade reaches the backend as "${line.args[1]?.text ?? ''}" for ${target}, not as the client sent it.`,
    ...headerMend(view, site.socket),
  };
}

/** `proxy_pass_request_headers off`, or a line that empties one of them. */
function* missingClientHeaders({ socket }: Site): Iterable<RuleFinding> {
  const outcome = proxied(socket);
  if (outcome === null) return;
  const { effective, location } = socket.resolution;
  const off = effective.one('proxy_pass_request_headers');
  if (off?.args[0]?.text.toLowerCase() === 'off') {
    const fix = 'proxy_pass_request_headers on;';
    yield {
      at: off.span,
      summary: 'proxy_pass_request_headers off keeps Sec-WebSocket-Key and Sec-WebSocket-Version from the backend.',
      fix,
      edits:
        off.parent === location
          ? [replaceDirective(off, [fix])]
          : location === null
            ? []
            : [insertInto(location, outcome.pass, [fix])],
    };
    return;
  }
  for (const name of HANDSHAKE_HEADERS) {
    const line = settingLine(outcome, name, effective.all('proxy_set_header'));
    if (line === null || sentHeaders(outcome, name).some(({ value }) => value !== '')) continue;
    yield {
      at: line.span,
      summary: `This line keeps the client's ${name} from the backend.`,
      fix: `Remove the line: nginx passes ${name} on by itself.`,
    };
  }
}
