import { removeDirective } from '../fix/edits.ts';
import type { Directive } from '../parse/tree.ts';
import { proxiedSockets } from './proxied-sockets.ts';
import type { Rule, RuleFinding, Site } from './rule.ts';

/** nginx's own keepalive_timeout (ngx_http_core_module.c). */
const DEFAULT_MS = 75_000;
/** Google's load balancer wants more than 600 s of what is behind it; beyond a quarter of an hour no plain request gains anything. */
const FOR_SOMETHING_ELSE_MS = 900_000;
/** keepalive_requests before 1.19.10; 1000 since. */
const DEFAULT_REQUESTS = 100;
/** Mattermost's guide for large installations has 16384, for the sake of plain requests; far more is seldom meant for them. */
const MANY_REQUESTS = 20_000;

/** nginx's defaults today. */
const USUAL: Readonly<Record<string, string>> = { keepalive_timeout: '75s', keepalive_requests: '1000' };

export const clientKeepalive: Rule = {
  id: 'WS026',
  severity: 'note',
  title: 'keepalive_timeout or keepalive_requests raised for WebSockets',
  why: 'Both are about the time between two requests of a connection: after the upgrade there is no next request, and proxy_read_timeout alone counts.',
  *check(view) {
    for (const { site, resolution } of proxiedSockets(view)) {
      const timeout = resolution.effective.time('keepalive_timeout');
      if (timeout.from !== 'default' && timeout.ms !== null) {
        const alone = isForSocketsAlone(site, timeout.from);
        if (timeout.ms > (alone ? DEFAULT_MS : FOR_SOMETHING_ELSE_MS - 1)) yield raised(timeout.from, alone);
      }
      const requests = resolution.effective.setting('keepalive_requests');
      if (requests.from === 'default') continue;
      const alone = isForSocketsAlone(site, requests.from);
      if (Number(requests.words[0]) > (alone ? DEFAULT_REQUESTS : MANY_REQUESTS)) yield raised(requests.from, alone);
    }
  },
};

function raised(line: Directive, forSocketsAlone: boolean): RuleFinding {
  const said = [line.name, ...line.args.map(({ text }) => text)].join(' ');
  const finding = { at: line.nameWord.span, summary: `${said} does nothing for a WebSocket.` };
  if (!forSocketsAlone) return { ...finding, fix: `${line.name} ${USUAL[line.name] ?? ''};` };
  return {
    ...finding,
    fix: `Take the line out: only WebSockets come to ${placeOf(line)}.`,
    edits: [removeDirective(line)],
  };
}

/** Whether no plain request that we know of lives under the same line. */
const isForSocketsAlone = ({ plain }: Site, line: Directive): boolean =>
  line.parent?.name === 'location' && plain.every(({ resolution }) => resolution.effective.one(line.name) !== line);

const placeOf = ({ parent }: Directive): string =>
  parent === null ? 'this place' : [parent.name, ...parent.args.map(({ text }) => text)].join(' ');
