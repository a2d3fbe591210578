/**
 * The words of the evidence. A fact is one timestamped observation on one connection; it is never edited.
 *
 * Everything here is plain data: it crosses threads, goes into the journal as JSON and comes back as it was, so that
 * a verdict can be made again when a witness speaks late. Times (`at`) are milliseconds since the epoch with a
 * fractional part good to a microsecond; durations end in `Ms`.
 */

/** One end of a tap. A leg is named after the party at its far end; a direction after the party that sends. */
export type Side = 'client' | 'server';

export const otherSide = (side: Side): Side => (side === 'client' ? 'server' : 'client');

/** One header line as it stood on the wire: case, order and duplicates kept, secrets masked (see secrets.ts). */
export type Header = readonly [name: string, value: string];

/** What a stripped upgrade had lost on its way (GROUND-TRUTH §8), in the order in which it is looked for. */
export type MissingPart = 'upgrade' | 'connection' | 'both';

/** Why hangup itself closed a connection. `killed` is written by the next start, for a hangup that could not. */
export type OwnReason = 'shutdown' | 'dead-peer' | 'limit' | 'killed';

/** An upgrade request as received from the client leg. `missing` is set when it had been stripped by a proxy. */
export interface UpgradeRequested {
  readonly kind: 'upgrade-request';
  readonly at: number;
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly headers: readonly Header[];
  /** `address:port` of the socket's far end. */
  readonly peer: string;
  /** Bytes that followed the head in the same reads; they are relayed and counted as frames. */
  readonly headBytes: number;
  readonly missing: MissingPart | null;
  /** The header lines as they went to the server, where the tap changed them (X-Forwarded-For appended); absent: as received. */
  readonly sent?: readonly Header[];
}

/** The answer of the server, whatever it was. `body` holds the first 2 KiB of a refusal, as latin1-safe text. */
export interface UpgradeAnswered {
  readonly kind: 'upgrade-answer';
  readonly at: number;
  readonly status: number;
  readonly reason: string;
  readonly httpVersion: string;
  readonly headers: readonly Header[];
  readonly headBytes: number;
  readonly body: string | null;
  /** Whether hangup wrote this answer itself (400 for a request with a body, 502 without a target). */
  readonly own: boolean;
}

/** The target could not be reached, or ended before it had answered. */
export interface TargetFailed {
  readonly kind: 'target-failed';
  readonly at: number;
  readonly stage: 'connect' | 'tls' | 'answer';
  /** errno name (`ECONNREFUSED`, `ECONNRESET` …), TLS error code, or `EOF` for a FIN before the answer. */
  readonly code: string;
  readonly says: string;
}

/** A Close frame, complete. `echo` is true when the other side had sent one before. */
export interface CloseFrameSeen {
  readonly kind: 'close-frame';
  readonly at: number;
  readonly from: Side;
  /** null when the payload was empty (the peer's API shows 1005). */
  readonly code: number | null;
  readonly reason: string;
  readonly masked: boolean;
  readonly echo: boolean;
}

/** An orderly end of a direction. `closeNotify` is null without TLS; false: TLS was cut without close_notify. */
export interface FinSeen {
  readonly kind: 'fin';
  readonly at: number;
  readonly from: Side;
  readonly closeNotify: boolean | null;
  /** Bytes of a frame that had begun and never ended, or null at a frame boundary. */
  readonly insideFrame: { readonly got: number; readonly of: number } | null;
}

/** A reset (ECONNRESET on read; EPIPE or ECONNRESET on write). */
export interface ResetSeen {
  readonly kind: 'rst';
  readonly at: number;
  readonly from: Side;
  readonly errno: string;
  /** Time since hangup's own last write on this leg; null if it never wrote. */
  readonly sinceWriteMs: number | null;
  /** How long this leg had been silent (no byte from its peer) before that last write; null as above. */
  readonly silentBeforeWriteMs: number | null;
}

/** TCP gave up on a leg: ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN. Never a decision of an application. */
export interface LegLost {
  readonly kind: 'lost';
  readonly at: number;
  readonly from: Side;
  readonly errno: string;
}

/** TLS broke on a leg in the middle of the stream: a bad record, an alert. Not a decision to close. */
export interface TlsFault {
  readonly kind: 'tls-fault';
  readonly at: number;
  readonly from: Side;
  readonly code: string;
  readonly says: string;
}

/** hangup ended the connection itself. Promise 7: always recorded as its own. */
export interface OwnClose {
  readonly kind: 'own-close';
  readonly at: number;
  readonly why: OwnReason;
  /** The leg whose peer was found dead, where there is one. */
  readonly side: Side | null;
  readonly says: string;
}

/** Reading from a side was stopped because the other side did not take the bytes; a paused socket shows neither FIN nor RST. */
export interface Paused {
  readonly kind: 'pause';
  readonly at: number;
  /** The side that is no longer read. The slow reader is the other one. */
  readonly from: Side;
}

export interface Resumed {
  readonly kind: 'resume';
  readonly at: number;
  readonly from: Side;
  readonly pausedMs: number;
}

/** hangup's own ping was not answered before the next one was due; `missed` counts in a row. */
export interface PongMissed {
  readonly kind: 'pong-missed';
  readonly at: number;
  readonly from: Side;
  readonly missed: number;
}

/** From this byte of the direction on, the stream is not WebSocket as RFC 6455 has it; relaying goes on, pings stop. */
export interface NotWebSocket {
  readonly kind: 'not-websocket';
  readonly at: number;
  readonly from: Side;
  readonly byte: number;
  readonly faults: readonly string[];
}

/** A frame that breaks RFC 6455 but can still be read past. Only the first of each kind and direction is noted. */
export interface FrameFault {
  readonly kind: 'frame-fault';
  readonly at: number;
  readonly from: Side;
  readonly frame: number;
  readonly faults: readonly string[];
}

/**
 * Added by the grouper: connections of one tap that the same neighbour ended within 250 ms of this one.
 * It is how a reload, a restart or a dying host looks.
 */
export interface EndedTogether {
  readonly kind: 'together';
  readonly at: number;
  /** The leg on which the neighbour acted first. */
  readonly from: Side;
  /** This one included. */
  readonly count: number;
  readonly spreadMs: number;
  /** Shortest and longest idle time of the group at its end: an idle timer ends each at its own, equal, idle time. */
  readonly idleMs: readonly [shortest: number, longest: number];
  /** How many different client addresses (as a proxy reported them) are in the group; null when none was reported. */
  readonly clients: number | null;
  /**
   * Others that ended then and are a group of their own: they stood on a known timer and these do not, or the other way
   * round. Left out where there are none.
   */
  readonly beside?: number;
  /** Connections of this tap that stayed open. */
  readonly survivors: number;
}

/** Added by the grouper: after the end, the target refused new connections. */
export interface TargetRefusedAfter {
  readonly kind: 'target-refused';
  readonly at: number;
  readonly code: string;
}

/** Added by the grouper: earlier connections of this tap were ended by the same neighbour at the same idle time. */
export interface IdleRecurs {
  readonly kind: 'idle-recurs';
  readonly at: number;
  readonly from: Side;
  readonly idleMs: number;
  /** How many times, this one included; ends within one group count once. */
  readonly times: number;
}

/**
 * Added by the grouper: through the same neighbour another connection was silent for longer than this one had been at its end,
 * and lived. So this end was not made by an idle timer that the neighbour has for all.
 */
export interface IdleOutlived {
  readonly kind: 'idle-outlived';
  readonly at: number;
  readonly from: Side;
  /** This one's idle time at its end. */
  readonly idleMs: number;
  /** How long the other one was silent, or had been when this was noted. */
  readonly otherMs: number;
}

/**
 * Added when the same client comes back: what its next URL says of this end (`disconnect_err_code=…`; FIELD-NOTES §1).
 * 4000: its ping went unanswered; 4001: it missed an event; else the close code that it saw (1006: it did not close).
 */
export interface NextUrl {
  readonly kind: 'next-url';
  readonly at: number;
  readonly code: string;
}

/** Mattermost greeted this connection and named it; a client that comes back puts the name into its next URL. */
export interface MattermostHello {
  readonly kind: 'mattermost-hello';
  readonly at: number;
  readonly connectionId: string;
}

/** Both legs are gone; nothing more can be observed. */
export interface Ended {
  readonly kind: 'ended';
  readonly at: number;
}

export type Fact =
  | UpgradeRequested
  | UpgradeAnswered
  | TargetFailed
  | CloseFrameSeen
  | FinSeen
  | ResetSeen
  | LegLost
  | TlsFault
  | OwnClose
  | Paused
  | Resumed
  | PongMissed
  | NotWebSocket
  | FrameFault
  | EndedTogether
  | TargetRefusedAfter
  | IdleRecurs
  | IdleOutlived
  | NextUrl
  | MattermostHello
  | Ended;

/** One frame. Payload is kept elsewhere and only as `--payload` allows. */
export interface FrameRecord {
  readonly at: number;
  readonly from: Side;
  /** RFC 6455 §5.2: 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong. */
  readonly opcode: number;
  readonly fin: boolean;
  /** RSV1..3 as bits 4, 2, 1. */
  readonly rsv: number;
  readonly masked: boolean;
  /** Payload length in bytes. */
  readonly length: number;
  /** A ping that hangup sent (then `from` is the side it speaks for), or the pong that answered it. */
  readonly own: boolean;
  /** What it means to Mattermost: `posted`, `hello`, `action ping`, `reply OK` …; null when unknown or not kept. */
  readonly name: string | null;
}
