import type { Directive } from '../parse/tree.ts';
import type { Effective, Outcome } from '../resolve/types.ts';
import { proxiedSockets } from './proxied-sockets.ts';
import type { Rule, RuleFinding } from './rule.ts';
import { newStatus } from './ws033-error-page.ts';

/** Modules that ask who the client is before Mattermost does; `off` switches each of them off. */
const SIGN_INS = ['auth_request', 'auth_basic', 'auth_jwt', 'auth_oidc'] as const;

/** What a client that has signed in brings along. */
const CREDENTIAL = /\$\{?(?:cookie_\w+|http_cookie|http_authorization|remote_user)\b/;

export const signIn: Rule = {
  id: 'WS031',
  severity: 'warning',
  title: 'A sign-in stands before the WebSocket',
  why: 'A WebSocket cannot follow a redirect or show a sign-in page: without the proxy’s own cookie the client gets 302, 401 or 200 where it needs 101, and comes back every few seconds.',
  *check(view) {
    for (const { resolution } of proxiedSockets(view)) {
      for (const name of SIGN_INS) {
        const line = resolution.effective.one(name);
        if (line !== null && line.args[0]?.text !== 'off') yield asks(line, resolution.effective);
      }
    }
    for (const { socket } of view.sites) {
      const { outcome } = socket.resolution;
      if (outcome.kind === 'answer' && isSignInRedirect(outcome)) yield redirects(outcome);
    }
  },
};

type Answer = Extract<Outcome, { readonly kind: 'answer' }>;

/** Whether clients are sent elsewhere because they bring no cookie or Authorization of the proxy’s. */
export const isSignInRedirect = ({ status, by }: Answer): boolean =>
  status >= 300 && status < 400 && by.parent?.name === 'if' && by.parent.args.some(({ text }) => CREDENTIAL.test(text));

function asks(line: Directive, effective: Effective): RuleFinding {
  const words = [line.name, ...line.args.map(({ text }) => text)].join(' ');
  const page = effective.all('error_page').find(({ args }) => args.slice(0, -1).some(({ text }) => text === '401'));
  const then = (page === undefined ? null : newStatus(page)) ?? '401';
  return {
    at: line.nameWord.span,
    summary: `${words} decides about the WebSocket: who has not signed in with it, as desktop, mobile apps and bots, gets ${then}.`,
    fix: `# in the WebSocket’s own location: Mattermost checks the session itself\n${line.name} off;`,
  };
}

function redirects({ status, to, by }: Answer): RuleFinding {
  const where = to === null ? 'elsewhere' : `to ${to}`;
  return {
    at: by.nameWord.span,
    summary: `A WebSocket without the sign-in’s cookie is sent ${where} with ${status}, which no client follows.`,
    fix: 'Give /api/v4/websocket a location without this condition: Mattermost checks the session itself.',
  };
}
