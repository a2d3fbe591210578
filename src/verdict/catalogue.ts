import type { Cause, Certainty, Party } from './verdict.ts';

/** What each cause means, once, in the words that README and the page use. The rules hold the evidence, this holds the prose. */
export interface CatalogueEntry {
  /** Who it is that acted first; null: whoever refused the upgrade. */
  readonly closedBy: Party | null;
  /** The levels that one tap alone can reach. */
  readonly reaches: readonly Certainty[];
  /** What was seen. */
  readonly meaning: string;
  readonly reasons: string;
  readonly remedy: string;
}

const CERTAIN = ['certain', 'likely'] as const;
const LIKELY = ['likely', 'possible'] as const;

export const CATALOGUE: Readonly<Record<Cause, CatalogueEntry>> = {
  'client-close': entry(
    'client',
    ['certain', 'likely', 'possible'],
    'A masked Close frame came first, from the client.',
    'The program closed the connection: a page was left, a bot was stopped, or it reconnects for a reason of its own.',
    'None on the path; the client knows why.',
  ),
  'client-going-away': entry(
    'client',
    CERTAIN,
    'The same, with code 1001.',
    'A browser tab was closed or reloaded, or the application shuts down.',
    'None.',
  ),
  'client-abort': entry(
    'client',
    LIKELY,
    'A FIN came first from the client leg, without a Close frame; behind a proxy that is only possibly the client.',
    'Killed, crashed, terminate(), Go’s bare close; behind a proxy also whatever the proxy does not show.',
    'A second tap before the proxy, or its error log at info.',
  ),
  'client-reset': entry(
    'client',
    LIKELY,
    'A reset came first from the client leg. Only HAProxy passes a client’s reset on as one.',
    'Killed with unread data, or told its socket to.',
    'As above.',
  ),
  'client-ping-timeout': entry(
    'client',
    ['certain', 'likely', 'possible'],
    'The client’s own ping was not answered in time: its next URL said so, or it left a whole number of seconds after it.',
    'A stalled server, a slow link, a proxy that holds frames back.',
    'Look at what delayed the answer.',
  ),
  'proxy-idle-timeout': entry(
    'proxy',
    LIKELY,
    'No Close frame, after exactly the silence that the proxy’s timer allows.',
    'nginx’s proxy_read_timeout is 60 s by default, and Mattermost pings every 60 s: equal values lose.',
    'proxy_read_timeout 600s; or keep hangup’s keepalive on.',
  ),
  'proxy-reload': entry(
    'proxy',
    LIKELY,
    'Several connections were ended by the proxy at once, or TLS was cut without close_notify.',
    'A reload with a shutdown timeout, a stop, a crash; from one tap they look the same.',
    'worker_shutdown_timeout unset or long; reload less often.',
  ),
  'proxy-stop': entry(
    'proxy',
    ['likely'],
    'The same, seen before the proxy, and it refuses new connections.',
    'It was stopped, or crashed as a whole.',
    'See its service manager.',
  ),
  'proxy-crash': entry(
    'proxy',
    [],
    'A worker of the proxy died. One tap cannot tell it from a reload.',
    'A signal, memory.',
    'See its error log: [alert] exited on signal.',
  ),
  'proxy-slow-client': entry(
    'proxy',
    LIKELY,
    'The proxy gave up on a client that did not read what the server sent.',
    'A suspended or overloaded client; send_timeout.',
    'A client that reads; send_timeout 300s;',
  ),
  'proxy-injected-close': entry(
    'proxy',
    ['certain', 'likely', 'possible'],
    'A Close frame that neither end made: unmasked from the client side, or with a code that Mattermost never sends.',
    'Caddy’s reload or stop writes 1001 to both sides; WebSocket-terminating middleboxes make codes of their own.',
    'stream_close_delay in Caddy; find the middlebox.',
  ),
  'proxy-closed': entry(
    'proxy',
    LIKELY,
    'The proxy ended it, for a limit on the connection’s age or a reason that does not show.',
    'GCP’s 30 s backend timeout, Envoy’s route timeout, proxy_send_timeout.',
    'The proxy’s own log.',
  ),
  'server-close': entry(
    'server',
    CERTAIN,
    'A Close frame came first, from the server.',
    'The server’s decision; code and reason say more.',
    'See its log.',
  ),
  'server-shutdown': entry(
    'server',
    LIKELY,
    'The server ended several connections at once, or refused new ones right after.',
    'Stopped, restarted, killed.',
    'Docker’s events, the service manager.',
  ),
  'server-auth-timeout': entry(
    'server',
    LIKELY,
    'Mattermost ended it 5 s after the upgrade, without a hello.',
    'No token, or a wrong one in a header or cookie.',
    'A valid token; let the proxy pass Authorization and Cookie on.',
  ),
  'server-bad-token': entry(
    'server',
    LIKELY,
    'Mattermost ended it right after an authentication_challenge.',
    'A revoked session, a disabled bot, another server’s token.',
    'A fresh token.',
  ),
  'server-pong-timeout': entry(
    'server',
    LIKELY,
    'The server’s ping had no pong, and its deadline (Mattermost: 100 s) ran out.',
    'The client or the way to it was gone: a suspended laptop, a hung process.',
    'Look at the client’s side.',
  ),
  'server-write-timeout': entry(
    'server',
    LIKELY,
    'The client took nothing for 30 s, and the server gave up writing.',
    'A suspended or overloaded client.',
    'A client that reads.',
  ),
  'server-queue-full': entry(
    'server',
    LIKELY,
    'An empty Close frame from Mattermost that echoes nothing.',
    'Its queue of 256 messages for this client was full.',
    'A client that reads faster.',
  ),
  'server-message-too-big': entry(
    'server',
    CERTAIN,
    'Close 1009, or an end at once after a message over 8192 bytes.',
    'Mattermost takes no longer message over the WebSocket.',
    'Post long texts over REST.',
  ),
  'server-protocol-error': entry(
    'server',
    CERTAIN,
    'Close 1002.',
    'Broken frames from the client or from something that rewrites them.',
    'Mend whoever writes the frames.',
  ),
  'server-resume-rejected': entry(
    'server',
    LIKELY,
    'Mattermost ended it right after the 101 of a URL that asked to resume.',
    'connection_id or sequence_number are not known any more (128 events, 5 min).',
    'Connect afresh.',
  ),
  'server-abort': entry(
    'server',
    LIKELY,
    'A FIN came first from the server leg, without a Close frame, for no reason that shows.',
    'A crash, an undecodable message, a decision.',
    'Mattermost’s log at DEBUG.',
  ),
  'server-reset': entry(
    'server',
    LIKELY,
    'A reset came first from the server leg.',
    'Killed or closed with data unread.',
    'The server’s log, Docker’s events.',
  ),
  'peer-silent': entry(
    'network',
    ['certain', 'possible'],
    'TCP gave up on a peer (certain), or a proxy closed after pings that the client left unanswered (possible).',
    'A host that vanished: suspended, unplugged, out of reach.',
    'Look at the host and the link; --dead-after N ends such connections sooner.',
  ),
  'path-state-lost': entry(
    'network',
    LIKELY,
    'A reset answered hangup’s own write after a long silence.',
    'A NAT or firewall forgot the connection, or the host behind it is a new one.',
    '--keepalive 30s on both legs.',
  ),
  'container-stopped': entry(
    'network',
    [],
    'A container was stopped. Told by Docker’s events only.',
    'docker stop, a restart policy, out of memory.',
    'See Docker.',
  ),
  'container-disconnected': entry(
    'network',
    [],
    'A container lost its network. Told by Docker’s events only.',
    'docker network disconnect.',
    'See Docker.',
  ),
  unreachable: entry(
    'network',
    ['certain'],
    'The kernel lost the way to a peer (EHOSTUNREACH, ENETUNREACH).',
    'A link down, a container detached, ARP unanswered.',
    'Look at the route.',
  ),
  'gateway-shutdown': entry(
    'gateway',
    CERTAIN,
    'hangup was shut down; or killed, which the next start writes down.',
    'An operator, a deployment, out of memory.',
    'None.',
  ),
  'gateway-dead-peer': entry(
    'gateway',
    ['certain'],
    'hangup closed a peer that no longer answered its pings.',
    '--dead-after.',
    'Leave it off, or look at that peer.',
  ),
  'gateway-limit': entry(
    'gateway',
    ['certain'],
    'One of hangup’s limits was reached.',
    'See its log.',
    'Raise the limit.',
  ),
  'upgrade-refused': entry(
    null,
    ['certain', 'likely', 'possible'],
    'There never was a WebSocket: the upgrade was answered with something else than a 101.',
    'See `refusal`: lost headers, Origin, token, route, redirect, no server.',
    'The exact lines are in the verdict.',
  ),
  unknown: entry(
    'unknown',
    ['possible'],
    'No closing act was seen.',
    'Still open, or the record is incomplete.',
    'None.',
  ),
};

function entry(
  closedBy: Party | null,
  reaches: readonly Certainty[],
  meaning: string,
  reasons: string,
  remedy: string,
): CatalogueEntry {
  return { closedBy, reaches, meaning, reasons, remedy };
}
