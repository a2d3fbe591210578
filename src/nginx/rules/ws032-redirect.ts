import type { Directive } from '../parse/tree.ts';
import type { Rule, RuleFinding, Site, SocketPath } from './rule.ts';
import { isSignInRedirect } from './ws031-sign-in.ts';

/** What a browser follows for a page and no client follows for a WebSocket. */
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

export const redirectedSocket: Rule = {
  id: 'WS032',
  severity: 'warning',
  title: 'The WebSocket is answered with a redirect',
  why: 'WebSocket clients do not follow redirects: browsers, Node’s ws and Go’s libraries report a failed handshake, and no line of Mattermost’s log tells of it.',
  *check(view) {
    for (const site of view.sites) {
      const finding = redirected(site);
      if (finding !== null) yield finding;
    }
  },
};

function redirected(site: Site): RuleFinding | null {
  const answer = redirectOf(site.socket);
  if (answer === null || hangsOnHeader(answer.by)) return null;
  const { request } = site.socket;
  const ws = request.scheme === 'https' ? 'wss' : 'ws';
  // For a server that answers to any name, the request's host is made up.
  const address = site.server.names.includes(request.host) ? `${ws}://${request.host}` : `a ${ws}:// address`;
  const to = answer.to ?? answer.by.args.at(-1)?.text ?? '';
  if (site.plain.every((path) => redirectOf(path) !== null)) {
    return {
      at: answer.by.span,
      severity: 'note',
      summary: `Mattermost’s pages and its WebSocket are redirected on this listener (${answer.status}): a client that is given ${address} gets no WebSocket here.`,
      fix: /^https:/.test(to)
        ? `Give bots and apps the https:// address (wss://). Their token should not cross the network in clear anyway.`
        : `Give clients the address that this one redirects to: ${to}`,
    };
  }
  if (!site.plain.some((path) => isServed(path))) return null;
  return {
    at: answer.by.span,
    summary: `${request.target} is redirected (${answer.status}) although other requests of this listener are served: ${ws}:// clients get no WebSocket.`,
    fix: 'Proxy the path instead of redirecting it, or redirect all of this listener and give clients the other address.',
  };
}

const isServed = ({ resolution: { outcome } }: SocketPath): boolean =>
  outcome.kind === 'proxy' || outcome.kind === 'files' || outcome.kind === 'other';

interface Redirect {
  readonly status: number;
  readonly to: string | null;
  readonly by: Directive;
}

function redirectOf({ resolution: { outcome } }: SocketPath): Redirect | null {
  if (outcome.kind !== 'answer' || !REDIRECTS.includes(outcome.status)) return null;
  return isSignInRedirect(outcome) ? null : outcome;
}

/**
 * `if ($http_x_forwarded_proto != https)` and the like: a proxy in front sends that header, and the requests that rules ask
 * about come without it, so nothing is known.
 */
function hangsOnHeader(by: Directive): boolean {
  const block = by.parent;
  return (
    block?.name === 'if' && block.args.some(({ text }) => /\$\{?(?:http_(?!host|upgrade)|proxy_protocol)/.test(text))
  );
}
