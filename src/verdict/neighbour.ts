import type { Header, Side } from '../evidence/fact.ts';
import type { Timeline } from '../evidence/timeline.ts';
import { family } from './known-timers.ts';

/** Who stands at the far end of a leg: the endpoint itself, a proxy that the operator named, or one that gave itself away. */
export interface Neighbour {
  /** The name as declared (`behind=`, `before=`), or read off the headers; null when unknown. */
  readonly name: string | null;
  /** The name under which its habits are known, or null. */
  readonly family: string | null;
  readonly proxied: boolean;
  readonly declared: boolean;
  /** The headers that gave away a proxy that was not declared. */
  readonly traces: readonly string[];
  /**
   * Passes frames on as they are, so a Close frame on this leg is its endpoint's own. Measured for nginx, HAProxy, Apache
   * and, but for its own 1001, Caddy (GROUND-TRUTH §1, §3, §5); Docker's proxy and bridge know only bytes.
   */
  readonly transparent: boolean;
  /** Its idle timer as the operator told it, in ms. */
  readonly idleMs: number | null;
}

const TRANSPARENT: ReadonlySet<string> = new Set(['nginx', 'haproxy', 'apache', 'caddy', 'docker']);

/** Request headers that only proxies add. Go and Node clients, browsers and bots send none of them. */
const CLIENT_LEG_TRACES = [
  'x-forwarded-for',
  'x-real-ip',
  'forwarded',
  'via',
  'x-forwarded-server',
  'x-envoy-external-address',
];

/** Of proxies beyond the neighbour that may speak WebSocket themselves, so that a Close frame may be theirs. */
const TERMINATING_TRACES = ['cf-ray', 'cf-connecting-ip', 'via', 'x-amz-cf-id', 'x-azure-ref', 'fastly-client-ip'];

/** Products that name themselves in the 101's Server header although they only pass it on (nginx replaces the header). */
const SERVER_HEADER_PROXIES = ['nginx', 'openresty', 'caddy', 'cloudflare', 'envoy', 'awselb', 'istio'];

const FROM_ENDPOINT: Neighbour = {
  name: null,
  family: null,
  proxied: false,
  declared: false,
  traces: [],
  transparent: true,
  idleMs: null,
};

export function clientNeighbour(timeline: Timeline, request: readonly Header[]): Neighbour {
  const { behind } = timeline.tap;
  const traces = named(request, CLIENT_LEG_TRACES);
  const terminating = named(behind === null ? request : withoutOwnVia(request, behind), TERMINATING_TRACES);
  if (behind !== null) return declared(behind, timeline.tap.idleMs ?? null, terminating);
  if (traces.length === 0 && terminating.length === 0) return FROM_ENDPOINT;
  const seen = [...new Set([...traces, ...terminating])];
  return { ...FROM_ENDPOINT, proxied: true, traces: seen, transparent: false };
}

export function serverNeighbour(timeline: Timeline, answer: readonly Header[]): Neighbour {
  const { before } = timeline.tap;
  if (before !== null) return declared(before, timeline.tap.idleMs ?? null, []);
  const product = serverProduct(answer);
  const via = named(answer, ['via', 'cf-ray', 'x-envoy-upstream-service-time']);
  if (product === null && via.length === 0) return FROM_ENDPOINT;
  return {
    ...FROM_ENDPOINT,
    name: product,
    family: product === null ? null : family(product),
    proxied: true,
    traces: product === null ? via : ['server', ...via],
    transparent: product !== null && via.length === 0 && TRANSPARENT.has(family(product)),
  };
}

function declared(name: string, idleMs: number | null, terminating: readonly string[]): Neighbour {
  const known = family(name);
  return {
    name,
    family: known,
    proxied: true,
    declared: true,
    traces: terminating,
    transparent: TRANSPARENT.has(known) && terminating.length === 0,
    idleMs,
  };
}

/** The proxy that an answer's Server header names, or null. */
export function serverProduct(headers: readonly Header[]): string | null {
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== 'server') continue;
    const product = value.split(/[/\s]/)[0]?.toLowerCase() ?? '';
    if (SERVER_HEADER_PROXIES.includes(product)) return product;
  }
  return null;
}

function named(headers: readonly Header[], wanted: readonly string[]): string[] {
  const present = new Set(headers.map(([name]) => name.toLowerCase()));
  return wanted.filter((name) => present.has(name));
}

/** Without the Via lines that the declared neighbour wrote itself (newer Caddy and Apache do): they tell of no further hop. */
function withoutOwnVia(headers: readonly Header[], neighbour: string): Header[] {
  const own = family(neighbour);
  return headers.filter(([name, value]) => name.toLowerCase() !== 'via' || !value.toLowerCase().includes(own));
}

/** The neighbour as a sentence calls it: `nginx`, or `a proxy that was not declared`. */
export function called(neighbour: Neighbour, side: Side): string {
  if (neighbour.name !== null) return neighbour.name;
  if (neighbour.proxied) return 'a proxy that was not declared';
  return side === 'client' ? 'the client' : 'the server';
}
