import type { Neighbour } from './neighbour.ts';

/** The one further witness that would settle an unsure verdict (GROUND-TRUTH §14). One sentence each. */

const KEY = 'joined by Sec-WebSocket-Key ($http_sec_websocket_key)';

/** Who ended it: the party beyond this proxy, or the proxy itself? */
export function whoActed(neighbour: Neighbour): string {
  switch (neighbour.family) {
    case 'nginx':
      return (
        `a second tap in front of nginx, or nginx's error_log at info ${KEY}: "upstream timed out (110)" is its idle timer, ` +
        '"recv() failed (104)" the client\'s reset, "recv() failed (110)" a client that vanished, no line at all a FIN from the client'
      );
    case 'haproxy':
      return "HAProxy's httplog: termination state CD is the client's reset, cD or sD its timeout, K its own shutdown, ---- a FIN; or a second tap in front of HAProxy";
    case 'apache':
      return 'a second tap in front of Apache, or LogLevel proxy:trace1: "tunneling returns (504)" is its timeout; at any usual level it logs nothing';
    case 'caddy':
      return 'a second tap in front of Caddy: its log says nothing of causes';
    case 'cloudflare':
      return "a second tap nearer to the client, or the client's own log";
    case null:
      return `name the proxy on this leg (behind=…, before=…), then a second tap on its other side or its error log (nginx: error_log at info, ${KEY})`;
    default:
      return `a second tap on the other side of ${neighbour.name}, or its log`;
  }
}

/** A reload, a stop or a crash of this proxy? */
export function whichLifecycle(neighbour: Neighbour): string {
  switch (neighbour.family) {
    case 'nginx':
      return 'nginx\'s error_log at notice: "reconfiguring" and "gracefully shutting down" is a reload, "signal 15" a stop, [alert] "exited on signal" a crash; none of them means that one client process, or something before nginx, died';
    case 'haproxy':
      return 'HAProxy\'s log: termination state K with "performing a hard-stop" is a reload, no session line at all a stop or a crash';
    default:
      return `the log of ${neighbour.name ?? 'that proxy'} or of the service manager around that second; a second tap on its other side tells it from its peers`;
  }
}

export const MATTERMOST_LOG =
  'Mattermost\'s log at DEBUG (MM_LOGSETTINGS_CONSOLELEVEL=DEBUG): the `error` of "closing websocket" names the closer, "did not authenticate" and "stopping websocket hub connections" the cause';

export const SERVER_LOG = "the server's own log around that second";

export const DOCKER_EVENTS =
  'Docker events (die, kill, oom, stop) or the start time of the server process: a stop, a crash and an orderly restart look alike';

export const CONNTRACK =
  "conntrack -L/-E on the machines in between, and the peer's boot id or start time (/proc/sys/kernel/random/boot_id): a forgotten NAT entry, a rebooted host and a REJECT rule look alike";

export const CLIENT_LOG = "the client's own log, or what its next URL says (disconnect_err_code)";

export const TERMINATING_HOP =
  'a tap on the other side of that proxy: one that terminates WebSockets makes Close frames of its own (mitmproxy turns an abnormal death into 1000)';

export const EDGE_CONFIG =
  'a tap in front of the proxy (edge) or `hangup check` of its configuration: it shows which hop took the header';
