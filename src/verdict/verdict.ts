/** The shape of a verdict: what `report --json` prints, one a line (a contract: fields may be added, never renamed). */

export type Party = 'client' | 'proxy' | 'server' | 'network' | 'gateway' | 'unknown';

export type Certainty = 'certain' | 'likely' | 'possible';

export type Manner = 'close-frame' | 'fin' | 'rst' | 'silence' | 'refused';

export type Cause =
  | 'client-close'
  | 'client-going-away'
  | 'client-abort'
  | 'client-reset'
  | 'client-ping-timeout'
  | 'proxy-idle-timeout'
  | 'proxy-reload'
  | 'proxy-stop'
  | 'proxy-crash'
  | 'proxy-slow-client'
  | 'proxy-injected-close'
  | 'proxy-closed'
  | 'server-close'
  | 'server-shutdown'
  | 'server-auth-timeout'
  | 'server-bad-token'
  | 'server-pong-timeout'
  | 'server-write-timeout'
  | 'server-queue-full'
  | 'server-message-too-big'
  | 'server-protocol-error'
  | 'server-resume-rejected'
  | 'server-abort'
  | 'server-reset'
  | 'peer-silent'
  | 'path-state-lost'
  | 'container-stopped'
  | 'container-disconnected'
  | 'unreachable'
  | 'gateway-shutdown'
  | 'gateway-dead-peer'
  | 'gateway-limit'
  | 'upgrade-refused'
  | 'unknown';

export type Refusal =
  | 'missing-upgrade'
  | 'missing-connection'
  | 'origin'
  | 'unauthorized'
  | 'wrong-route'
  | 'redirect'
  | 'unreachable'
  | 'protocol';

export interface Evidence {
  /** ISO 8601 with milliseconds. */
  readonly at: string;
  /** Who observed it: `client-leg`, `server-leg`, `hangup`; later a witness's name. */
  readonly source: string;
  readonly says: string;
}

export interface RuledOut {
  readonly who: string;
  readonly because: string;
}

/** Idle times at the end, in ms. The heads of the upgrade count as bytes; null where not even an answer came. */
export interface IdleTimes {
  /** Since the last byte from the client (own pongs included). */
  readonly clientMs: number | null;
  /** Since the last byte from the server (own pongs included). */
  readonly serverMs: number | null;
  /** Since the last byte in any direction on either leg, hangup's own pings included: what a timer in the path saw. */
  readonly anyMs: number | null;
  /** The longest time without a byte that was not hangup's own ping or its answer: what a timer would have seen without keepalive. */
  readonly longestNaturalGapMs: number;
}

export interface Verdict {
  readonly connection: string;
  readonly trace: string | null;
  readonly tap: string;
  readonly url: string;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly lifetimeMs: number;
  readonly closedBy: Party;
  readonly hop: string | null;
  readonly cause: Cause;
  readonly refusal: Refusal | null;
  readonly manner: Manner;
  readonly closeCode: number | null;
  readonly closeReason: string | null;
  readonly certainty: Certainty;
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  readonly ruledOut: readonly RuledOut[];
  readonly remedy: string | null;
  /** The one further witness that would make this surer; null when certain. */
  readonly witness: string | null;
  readonly idle: IdleTimes;
  readonly frames: { readonly client: number; readonly server: number };
}
