import type { Cause, Party, Refusal } from '../verdict/verdict.ts';

/** The pieces of the sentence on the situation (situation.ts). */

/** `… closed 41 of 58 connections, 38 of them` how? */
export const HOW: Readonly<Record<Cause, string>> = {
  'client-close': 'with a Close frame',
  'client-going-away': 'as their page was left',
  'client-abort': 'without a Close frame',
  'client-reset': 'with a reset',
  'client-ping-timeout': 'because their own ping was not answered',
  'proxy-idle-timeout': 'after too long a silence',
  'proxy-reload': 'together with others, as a reload does',
  'proxy-stop': 'as it was stopped',
  'proxy-crash': 'as it crashed',
  'proxy-slow-client': 'because the client did not read',
  'proxy-injected-close': 'with a Close frame of its own',
  'proxy-closed': 'for a reason that does not show',
  'server-close': 'with a Close frame',
  'server-shutdown': 'as it was stopped or restarted',
  'server-auth-timeout': 'because no valid token came within 5 s',
  'server-bad-token': 'because it refused the token',
  'server-pong-timeout': 'because its ping had no pong in time',
  'server-write-timeout': 'because the client took nothing for 30 s',
  'server-queue-full': 'because its queue for the client was full',
  'server-message-too-big': 'because a message was too big',
  'server-protocol-error': 'because frames were broken',
  'server-resume-rejected': 'because it could not go on from where the client was',
  'server-abort': 'without a Close frame, for a reason that does not show',
  'server-reset': 'with a reset',
  'peer-silent': 'because a peer stopped answering',
  'path-state-lost': 'because the path had forgotten them after a long silence',
  'container-stopped': 'as a container was stopped',
  'container-disconnected': 'as a container lost its network',
  unreachable: 'because there was no way to a peer any more',
  'gateway-shutdown': 'as it was shut down',
  'gateway-dead-peer': 'because a peer no longer answered its pings',
  'gateway-limit': 'because a limit was reached',
  'upgrade-refused': 'before they were open',
  unknown: 'for a reason that is not known',
};

/** What to do about ends of one cause; null: nothing. An idle timeout's advice depends on how long it is (situation.ts). */
export const ADVICE: Readonly<Record<Cause, string | null>> = {
  'client-close': null,
  'client-going-away': null,
  'client-abort':
    'A killed or crashed program, or one that drops its connection without a word: look at the clients’ own logs.',
  'client-reset': 'A killed program, or one that drops its connection without a word: look at the clients’ own logs.',
  'client-ping-timeout':
    'Look for what delayed the answers: a stalled server, a slow link, a proxy that holds frames back.',
  'proxy-idle-timeout': null,
  'proxy-reload':
    'Was it reloaded or deployed then? In nginx leave worker_shutdown_timeout unset or long (1h), and reload less often.',
  'proxy-stop': 'Its service manager, or Docker’s events, say who stopped it.',
  'proxy-crash': 'See its error log: [alert] … exited on signal.',
  'proxy-slow-client':
    'Suspended or overloaded clients do not read: look at them and their links; in nginx send_timeout 300s; gives them longer.',
  'proxy-injected-close':
    'Something in the path ends WebSockets and writes Close frames itself: in Caddy set stream_close_delay, else find it and name it on the tap (behind=…, before=…).',
  'proxy-closed': 'Its own log says why; a limit on the age of connections is the usual reason.',
  'server-close': 'Its log says why.',
  'server-shutdown': 'Was it restarted or deployed then? Docker’s events, or its service manager, say so.',
  'server-auth-timeout': 'Give these clients a valid token, and let the proxy pass Cookie and Authorization on.',
  'server-bad-token':
    'These clients need a fresh token: a session was revoked, a bot disabled, or the token is another server’s.',
  'server-pong-timeout': 'The clients, or the way to them, were gone: suspended laptops, hung programs.',
  'server-write-timeout': 'The clients did not read: suspended or overloaded, or their links are.',
  'server-queue-full': 'The clients read too slowly: suspended or overloaded, or their links are.',
  'server-message-too-big':
    'Mattermost takes up to 8192 bytes over the WebSocket: these clients must post long texts over REST.',
  'server-protocol-error':
    'The clients, or something that rewrites their frames, break the protocol: their verdicts say how.',
  'server-resume-rejected': 'Harmless: these clients then connect afresh. Mattermost keeps 128 events for 5 minutes.',
  'server-abort': 'Its log at DEBUG says why (MM_LOGSETTINGS_CONSOLELEVEL=DEBUG).',
  'server-reset': 'Was it killed? Docker’s events, or its service manager, say so.',
  'peer-silent': 'Hosts vanished: suspended, unplugged, out of reach; --dead-after 3 ends such connections sooner.',
  'path-state-lost':
    'A NAT or a firewall forgets silent connections: keep hangup’s pings on for both legs (--keepalive 30s).',
  'container-stopped': 'Docker’s events say who stopped it.',
  'container-disconnected': 'Docker’s events say who detached it.',
  unreachable: 'Look at the route and the link: an interface down, a container detached.',
  'gateway-shutdown': null,
  'gateway-dead-peer': 'That is --dead-after: leave it off if silent peers must be kept.',
  'gateway-limit': 'One of hangup’s own limits was reached, --max-connections for one: its log says which.',
  'upgrade-refused': null,
  unknown: null,
};

/** `12 upgrades were refused, 10 of them` why? And what to do. */
export const REFUSED: Readonly<Record<Refusal, { readonly why: string; readonly advice: string }>> = {
  'missing-upgrade': {
    why: 'because the Upgrade header was lost on the way',
    advice:
      'A proxy takes it out; in nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";',
  },
  'missing-connection': {
    why: 'because the Connection header was lost on the way',
    advice: 'A proxy takes it out; in nginx: proxy_http_version 1.1; proxy_set_header Connection "upgrade";',
  },
  origin: {
    why: 'because of their Origin',
    advice:
      'Mattermost compares it with SiteURL: set SiteURL to the address in the browser, and let the proxy pass the Host on (nginx: proxy_set_header Host $http_host;).',
  },
  unauthorized: {
    why: 'because their credentials were not accepted',
    advice: 'These clients need a valid token.',
  },
  'wrong-route': {
    why: 'because nothing at that address speaks WebSocket',
    advice: 'Look at the path that the proxy passes on: Mattermost has its WebSocket at /api/v4/websocket alone.',
  },
  redirect: {
    why: 'with a redirect',
    advice: 'Give the clients the address that it leads to: WebSocket clients do not follow redirects.',
  },
  unreachable: {
    why: 'because the server could not be reached',
    advice: 'Look whether Mattermost runs, and listens where the tap’s target points.',
  },
  protocol: {
    why: 'as they stood',
    advice: 'Their verdicts say what the answers were.',
  },
};

/** Who acts, where no hop has a name that says more. */
export const ACTORS: Readonly<Record<Party, string>> = {
  client: 'clients',
  proxy: 'a proxy',
  server: 'the server',
  network: 'the network',
  gateway: 'hangup itself',
  unknown: 'somebody unknown',
};

/** `In the last` what? Lengths that people have words for, else three digits that matter come from `span`. */
export function roundLength(ms: number): string | null {
  const day = 86_400_000;
  for (const [unit, least, one, many] of [
    [day, 2, '', 'days'],
    [3_600_000, 1, 'hour', 'h'],
    [60_000, 1, 'minute', 'min'],
  ] as const) {
    const count = Math.round(ms / unit);
    // Between the question and the answer some time goes by.
    if (count < least || Math.abs(ms - count * unit) > Math.min(5000, unit / 20)) continue;
    return count === 1 ? one : `${count} ${many}`;
  }
  return null;
}
