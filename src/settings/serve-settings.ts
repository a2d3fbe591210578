import type { Address } from './address.ts';
import type { Keepalive } from './keepalive.ts';
import type { PageListener } from './page.ts';
import type { Target } from './target.ts';

export const PAYLOAD_CHOICES = ['none', 'events', 'full'] as const;
/** What is kept of payloads: nothing, names and sizes and ids, or everything. */
export type PayloadChoice = (typeof PAYLOAD_CHOICES)[number];

/** pino's levels. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One listener and its target, checked. */
export interface TapSettings {
  readonly name: string;
  readonly listen: Address;
  readonly target: Target;
  /** The neighbour on the client leg, or null when none was named. */
  readonly behind: string | null;
  /** The neighbour on the server leg, or null when the target is the server itself. */
  readonly before: string | null;
  /** The neighbour's idle timer as the operator knows it (nginx's proxy_read_timeout), in ms; null when not told. */
  readonly idleMs: number | null;
  /** TLS on the client leg: absolute paths of readable PEM files; null for plain TCP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** TLS on the server leg; null when the target is http. */
  readonly targetTls: TargetTls | null;
  /** Append X-Forwarded-For to what passes. */
  readonly appendForwarded: boolean;
}

export interface TargetTls {
  /** Absolute path of a readable PEM file to trust instead of the system's authorities. */
  readonly ca: string | null;
  /** Take any certificate. */
  readonly insecure: boolean;
  /** The name to ask for by SNI and to check the certificate against; null for the target's host. */
  readonly servername: string | null;
}

/** The inspector page. The paths of its TLS are absolute and readable. */
export interface PageSettings extends PageListener {
  /** Names, in lower case, that a Host header may hold beside localhost and IP addresses. */
  readonly hosts: readonly string[];
}

/** Everything `serve` needs to know, checked, as plain values. */
export interface ServeSettings {
  /** At least one; names are unique. */
  readonly taps: readonly TapSettings[];
  /** null when off. */
  readonly page: PageSettings | null;
  /** The inspector's token; null to make one. */
  readonly token: string | null;
  /** Absolute path of the journal's folder, which may not exist yet. */
  readonly dataDir: string;
  readonly keepaliveMs: Keepalive;
  /** Close a connection after this many own pings in a row without an answer; null never does. */
  readonly deadAfter: number | null;
  readonly payload: PayloadChoice;
  /** Closed connections are forgotten after this time, in ms. */
  readonly keepMs: number;
  /** The oldest closed connections are forgotten while the journal is larger than this, in bytes. */
  readonly maxDiskBytes: number;
  readonly maxConnections: number | null;
  /** How long a shutdown may take, in ms; at most 10,000 (DESIGN.md: exit within 10 s). */
  readonly drainMs: number;
  readonly logLevel: LogLevel;
}
