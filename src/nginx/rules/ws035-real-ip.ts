import type { Directive } from '../parse/tree.ts';
import { hopsOf } from './hops.ts';
import { type ProxiedSocket, proxiedSockets } from './proxied-sockets.ts';
import { headerLine } from './request-headers.ts';
import type { Rule, RuleFinding, SocketPath, View } from './rule.ts';
import { mayBeUnread } from './unread.ts';
import { isLocal } from './virtual-servers.ts';

/** Every address there is. */
const EVERYBODY: readonly string[] = ['0.0.0.0/0', '::/0', '[::]/0'];
/** Only a proxy in front sends these; whoever forwards one knows of such a proxy. (X-Forwarded-For is passed on by habit.) */
const OF_A_PROXY = /\$\{?http_(x_forwarded_(proto|scheme|ssl|port)|x_scheme|cf_\w+|true_client_ip|x_amzn_\w+)\b/;

export const realIp: Rule = {
  id: 'WS035',
  severity: 'warning',
  title: 'The client’s address is the proxy’s, or anybody’s to choose',
  why: 'nginx’s log, limit_conn and what Mattermost writes beside a session go by this address: with one for everybody, sockets cannot be told apart and one limit stops all; with a spoofed one, neither means anything.',
  *check(view) {
    for (const socket of proxiedSockets(view)) {
      const finding = spoofable(socket) ?? (isKnown(view, socket) ? missing(socket) : null);
      if (finding !== null) yield finding;
    }
    for (const { socket } of view.sites) yield* innerHops(view, socket);
  },
};

function spoofable({ resolution }: ProxiedSocket): RuleFinding | null {
  const { effective, listen } = resolution;
  const line = effective.all('set_real_ip_from').find(({ args }) => EVERYBODY.includes(args[0]?.text ?? ''));
  if (line === undefined || isLocal(listen)) return null;
  const [header = ''] = effective.setting('real_ip_header').words;
  const source = header === 'proxy_protocol' ? 'the PROXY protocol’s line' : `the header ${header || 'X-Real-IP'}`;
  return {
    at: line.span,
    summary: `Everybody’s word is taken for their address: ${source} is believed from ${line.args[0]?.text}.`,
    fix: 'set_real_ip_from 10.0.0.0/8;  # the addresses of the proxy in front, and no others',
  };
}

/** What is missing may stand in an nginx.conf around this file, or in an include that was not given. */
const isKnown = ({ http }: View, { resolution: { effective } }: ProxiedSocket): boolean =>
  http.block !== null && !mayBeUnread(effective, 'set_real_ip_from');

function missing(socket: ProxiedSocket): RuleFinding | null {
  if (socket.resolution.effective.all('set_real_ip_from').length > 0) return null;
  return withoutEffect(socket) ?? proxyProtocol(socket) ?? behindProxy(socket);
}

function withoutEffect({ resolution: { effective } }: ProxiedSocket): RuleFinding | null {
  const header = effective.one('real_ip_header');
  if (header === null) return null;
  return {
    at: header.span,
    summary: `real_ip_header ${header.args[0]?.text ?? ''} does nothing without set_real_ip_from: every client has the address of the proxy in front.`,
    fix: 'set_real_ip_from 10.0.0.0/8;  # the addresses of the proxy in front',
  };
}

function proxyProtocol(socket: ProxiedSocket): RuleFinding | null {
  const { listen } = socket.resolution;
  const line = listen?.directive ?? null;
  if (listen === null || line === null || !listen.proxyProtocol) return null;
  if (!sendsRemoteAddress(socket)) return null;
  const word = line.args.find(({ text }) => text === 'proxy_protocol');
  return {
    at: word?.span ?? line.span,
    summary:
      'The PROXY protocol brings the client’s address, and nothing here takes it: $remote_addr is the load balancer’s.',
    fix: 'set_real_ip_from 10.0.0.0/8;  # the addresses of the load balancer\nreal_ip_header proxy_protocol;',
  };
}

function behindProxy(socket: ProxiedSocket): RuleFinding | null {
  const { effective } = socket.resolution;
  const sign = effective.all('proxy_set_header').find(({ args }) => OF_A_PROXY.test(args[1]?.text ?? ''));
  const line = headerLine(effective, 'X-Real-IP');
  if (sign === undefined || line === null || line.args[1]?.text !== '$remote_addr') return null;
  return {
    at: line.span,
    summary: `A proxy stands in front (${headerOf(sign)} comes from it), so $remote_addr is that proxy’s address for every client.`,
    fix: 'set_real_ip_from 10.0.0.0/8;  # the addresses of the proxy in front\nreal_ip_header X-Forwarded-For;',
  };
}

/** A server that another one of this configuration proxies to: its $remote_addr is this machine. */
function* innerHops(view: View, path: SocketPath): Iterable<RuleFinding> {
  for (const { resolution } of hopsOf(view, path).slice(1)) {
    const { effective } = resolution;
    const line = headerLine(effective, 'X-Real-IP');
    if (line?.args[1]?.text !== '$remote_addr' || effective.all('set_real_ip_from').length > 0) continue;
    if (view.http.block === null || mayBeUnread(effective, 'set_real_ip_from')) continue;
    yield {
      at: line.span,
      summary:
        'Another server of this configuration proxies to this one, so $remote_addr is this machine for every client.',
      fix: 'set_real_ip_from 127.0.0.1;\nreal_ip_header X-Forwarded-For;',
    };
  }
}

const headerOf = ({ args }: Directive): string => args[1]?.text ?? '';

/** Whether what Mattermost is told is the address of the connection (by itself or at the end of X-Forwarded-For). */
const sendsRemoteAddress = ({ resolution: { effective } }: ProxiedSocket): boolean =>
  ['x-real-ip', 'x-forwarded-for'].some((name) =>
    /\$\{?(remote_addr|proxy_add_x_forwarded_for)\b/.test(headerLine(effective, name)?.args[1]?.text ?? ''),
  );
