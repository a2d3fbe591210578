import type { Directive } from '../parse/tree.ts';
import { backendAddress } from './backend-address.ts';
import { type CarriedSocket, carriedSockets } from './carried-sockets.ts';
import { setInLocation } from './location-line.ts';
import type { Rule, RuleFinding, View } from './rule.ts';
import { mayBeUnread } from './unread.ts';

/** How long IPVS keeps an idle TCP connection unless it is told otherwise. */
const IPVS_IDLE_MS = 900_000;
const LINE = 'proxy_socket_keepalive on;';

export const socketKeepalive: Rule = {
  id: 'WS040',
  severity: 'warning',
  title: 'No TCP keepalive towards a Swarm or Kubernetes service',
  why: 'IPVS forgets a connection after 900 s of silence without a word to either side: the socket looks open and what is sent into it is lost, or answered by a reset.',
  *check(view) {
    for (const socket of carriedSockets(view)) {
      const finding = isKnown(view, socket) ? forgotten(socket) : null;
      if (finding !== null) yield finding;
    }
  },
};

/** What is missing may stand in an nginx.conf around this file, or in an include that was not given. */
const isKnown = ({ http }: View, { resolution: { effective } }: CarriedSocket): boolean =>
  http.block !== null && !['proxy_socket_keepalive', 'proxy_read_timeout'].some((name) => mayBeUnread(effective, name));

function forgotten(socket: CarriedSocket): RuleFinding | null {
  const { effective } = socket.resolution;
  const service = serviceOf(socket);
  const { ms } = effective.time('proxy_read_timeout');
  if (service === null || ms === null || effective.flag('proxy_socket_keepalive')) return null;
  const { name, kind, at } = service;
  const first = ms > IPVS_IDLE_MS;
  return {
    at: at.span,
    // Its own timer closes, in the open, before IPVS forgets.
    ...(first ? {} : { severity: 'note' }),
    summary: first
      ? `${name} has the form of ${kind} name. If IPVS carries it, nothing but Mattermost’s pings keeps an idle connection known there: proxy_read_timeout, ${ms / 1000} s, comes after IPVS’s 900 s.`
      : `${name} has the form of ${kind} name. IPVS would forget a connection that is silent for 900 s; proxy_read_timeout, ${ms / 1000} s, ends it before that, visibly.`,
    fix: `${LINE}  # and, for it to come in time, sysctl net.ipv4.tcp_keepalive_time=600 where nginx runs`,
    ...(first ? { edits: [setInLocation(socket, LINE)] } : {}),
  };
}

interface Service {
  readonly name: string;
  readonly kind: string;
  readonly at: Directive;
}

/** Only where the name itself says it: a plain `mattermost` may be a container, a host or a service. */
function serviceOf({ outcome: { upstream, to, pass } }: CarriedSocket): Service | null {
  const addresses =
    upstream === null
      ? [{ address: to, at: pass }]
      : upstream.servers.map(({ address, directive }) => ({ address, at: directive }));
  for (const { address, at } of addresses) {
    const { host, kind } = backendAddress(address);
    const what = kind === 'name' ? kindOf(host) : null;
    if (what !== null) return { name: host, kind: what, at };
  }
  return null;
}

/** `tasks.NAME` is answered with the tasks' own addresses, so IPVS is not on that way. `project_service_1` is Compose's. */
function kindOf(host: string): string | null {
  if (/^tasks\./.test(host)) return null;
  if (/^[a-z0-9-]+\.[a-z0-9-]+\.svc(\.|$)/.test(host)) return 'a Kubernetes service’s';
  return /^[a-z0-9-]+_[a-z0-9-]+$/.test(host) ? 'a Swarm stack’s service’s' : null;
}
