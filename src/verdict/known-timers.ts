/**
 * The timers that are known to end connections (FIELD-NOTES §3), and how punctual each is.
 *
 * A timer belongs to neighbours: a 60 s silence behind nginx is nginx's, the same silence before a server with no proxy
 * in between is a coincidence or a proxy that nobody has declared.
 */

/** What the timer measures: silence, age, or how long a middlebox remembers a silent connection. */
export type TimerKind = 'idle' | 'lifetime' | 'memory';

export interface KnownTimer {
  readonly seconds: number;
  readonly component: string;
  readonly kind: TimerKind;
  /** What the tap beside it sees. */
  readonly seen: 'fin' | 'rst' | 'fin or rst' | 'silence';
  /** Names of neighbours (`behind=`, `before=`) it belongs to, after `family()`. */
  readonly neighbours: readonly string[];
  /** The setting that holds it. */
  readonly setting: string;
  readonly source: string;
}

export const KNOWN_TIMERS: readonly KnownTimer[] = [
  timer(15, 'Envoy route timeout', 'lifetime', 'fin or rst', ['envoy'], 'timeout of the route'),
  timer(30, 'GCP HTTP(S) load balancer backend timeout', 'lifetime', 'fin or rst', ['gcp-lb'], 'timeoutSec'),
  timer(55, 'Heroku router', 'idle', 'fin or rst', ['heroku'], 'none: send something every 50 s'),
  timer(60, 'nginx proxy_read_timeout (default)', 'idle', 'fin', ['nginx'], 'proxy_read_timeout'),
  timer(60, 'AWS ALB idle timeout (default)', 'idle', 'fin or rst', ['aws-alb'], 'idle_timeout.timeout_seconds'),
  timer(60, 'Apache ProxyTimeout/Timeout (default)', 'idle', 'fin', ['apache'], 'Timeout and ProxyTimeout'),
  timer(90, "nginx proxy_read_timeout (Mattermost's recommended)", 'idle', 'fin', ['nginx'], 'proxy_read_timeout'),
  timer(100, 'Cloudflare', 'idle', 'fin or rst', ['cloudflare'], 'none on most plans: send something every 90 s'),
  timer(240, 'Azure load balancer', 'memory', 'silence', ['azure-lb'], 'idleTimeoutInMinutes'),
  timer(240, 'ingress-nginx worker-shutdown-timeout after a reload', 'lifetime', 'fin', [], 'worker-shutdown-timeout'),
  timer(300, 'Envoy/Istio stream idle timeout (default)', 'idle', 'fin or rst', ['envoy'], 'stream_idle_timeout'),
  timer(350, 'AWS NLB', 'memory', 'rst', ['aws-nlb'], 'tcp.idle_timeout.seconds'),
  timer(600, 'GCP VPC firewall', 'memory', 'silence', ['gcp-vpc', 'gcp-lb'], 'none: send something every 5 min'),
  timer(600, 'mitmproxy', 'idle', 'fin', ['mitmproxy'], 'none: take it out of the path'),
  timer(
    900,
    'Docker Swarm ingress, kube-proxy IPVS',
    'memory',
    'silence',
    ['docker', 'ipvs'],
    'net.ipv4.vs.timeout or TCP keepalive',
  ),
  timer(
    432_000,
    'conntrack (established)',
    'memory',
    'silence',
    [],
    'net.netfilter.nf_conntrack_tcp_timeout_established',
  ),
];

function timer(
  seconds: number,
  component: string,
  kind: TimerKind,
  seen: KnownTimer['seen'],
  neighbours: readonly string[],
  setting: string,
): KnownTimer {
  return { seconds, component, kind, seen, neighbours, setting, source: 'FIELD-NOTES §3' };
}

const FAMILIES: ReadonlyMap<string, string> = new Map([
  ['ingress-nginx', 'nginx'],
  ['openresty', 'nginx'],
  ['freenginx', 'nginx'],
  ['angie', 'nginx'],
  ['httpd', 'apache'],
  ['apache2', 'apache'],
  ['alb', 'aws-alb'],
  ['awselb', 'aws-alb'],
  ['nlb', 'aws-nlb'],
  ['istio', 'envoy'],
  ['docker-proxy', 'docker'],
  ['swarm', 'docker'],
]);

/** The name under which a neighbour's habits are known: `ingress-nginx` behaves as nginx does. */
export function family(name: string): string {
  const plain = name.trim().toLowerCase();
  // `nginx-1`, `nginx:1.22` and `nginx_edge` are nginx as well.
  const stem = plain.split(/[\s:/_.@]|-\d/)[0] ?? plain;
  return FAMILIES.get(plain) ?? FAMILIES.get(stem) ?? stem;
}

/** When a timer of T may be seen to fire, in ms relative to T. */
export interface Window {
  readonly early: number;
  readonly late: number;
}

/**
 * Since the leg's `armedAt`, which re-arms as lazily as nginx does. Measured over 35 idle ends: −10 … +61 ms
 * (GROUND-TRUTH §2); a little more is allowed for a busy machine.
 */
export const ARMED_WINDOW: Window = { early: 10, late: 65 };

/** HAProxy's wheel is coarser: −0.2 … +94 ms since the last byte (GROUND-TRUTH §2). */
export const HAPROXY_WINDOW: Window = { early: 10, late: 100 };

/** Of a length that is known: a busy tap reads a byte some time after HAProxy did, and then sees too short a silence. */
export const HAPROXY_DECLARED_WINDOW: Window = { ...HAPROXY_WINDOW, early: 60 };

/**
 * Since the last byte in either direction, lazy re-arming not emulated: 300 ms early (NGX_TIMER_LAZY_DELAY, GROUND-TRUTH §2).
 * It still holds when the tap saw bytes in other reads than nginx did.
 */
export const LAZY_WINDOW: Window = { early: 300, late: 61 };

/**
 * What was written to a neighbour so shortly before its end may have crossed with that end: a ping that comes when the timer
 * fires. Seen up to 12 ms on a busy machine (nginx, pings at the very length of its timer); the way there and back is added.
 */
export const CROSSING_MS = 50;

/** A timer of an unknown length is told by being a whole number of seconds: 3 % of random ends fall in here, 8 % in ARMED_WINDOW. */
export const WHOLE_SECOND_WINDOW: Window = { early: 10, late: 20 };

/**
 * What people set a proxy's timer to: 30, 60, 75, 90, 300 s … A silence of 2 or 3 s is as likely a script or a watchdog of the
 * client, which one tap behind a proxy cannot tell from the proxy (GROUND-TRUTH §14).
 */
const SHORTEST_CUSTOMARY_MS = 10_000;
const CUSTOMARY_STEP_MS = 5_000;

/** Whether a timer of unknown origin has a length that proxies are given, so that seeing it once already speaks for one. */
export const isCustomary = (timerMs: number): boolean =>
  timerMs >= SHORTEST_CUSTOMARY_MS && timerMs % CUSTOMARY_STEP_MS === 0;

/** Nobody sets an idle timer shorter than this in earnest, and short gaps are whole seconds too easily. */
const SHORTEST_WHOLE_SECOND_MS = 2000;

/** Idle times of a group that differ by no more are equal: a timer may fire 300 ms early and 65 ms late (GROUND-TRUTH §2). */
export const EQUAL_IDLE_MS = 365;

export const within = (ageMs: number, timerMs: number, window: Window): boolean =>
  ageMs >= timerMs - window.early && ageMs <= timerMs + window.late;

/** The whole second this age stands on, in ms, or null. */
export function wholeSecond(ageMs: number, window: Window = WHOLE_SECOND_WINDOW): number | null {
  const nearest = Math.round((ageMs - (window.late - window.early) / 2) / 1000) * 1000;
  return nearest >= SHORTEST_WHOLE_SECOND_MS && within(ageMs, nearest, window) ? nearest : null;
}
