/** What one leg has carried. Times are ms since the epoch, null before the first. */
export interface LegTotals {
  /** Bytes received from this leg's peer after the head, own pongs included. */
  bytes: number;
  /** Frames received from this leg's peer, own pongs excluded. */
  frames: number;
  lastByteAt: number | null;
  /** hangup's last write to this leg: relayed bytes and own pings. */
  lastWriteAt: number | null;
  /** How long the leg's peer had been silent at that write. */
  silentBeforeWriteMs: number | null;
  /** When an idle timer at this leg's neighbour was last armed, if it re-arms as lazily as nginx does. */
  armedAt: number | null;
  /** Pings of the peer's own, relayed. */
  pings: number;
  lastPingAt: number | null;
  /** The first ping of the peer that the other side has not answered with a pong since. */
  unansweredPingAt: number | null;
  /** Natural pongs from this peer (answers to the other side's pings). */
  pongs: number;
  lastPongAt: number | null;
  /** Messages over Mattermost's limit of 8192 bytes (FIELD-NOTES §1), and the last one's size and time. */
  largestMessage: number;
  largestMessageAt: number | null;
  /** hangup's own pings to this leg. */
  ownPings: number;
  ownPongs: number;
  lastOwnPongAt: number | null;
  roundTripMs: number | null;
  /** Own pings in a row without an answer. */
  missedPongs: number;
  /** Reading from this leg was stopped this often, and for so long in all. */
  pauses: number;
  pausedMs: number;
  /** Reading from this leg is stopped now, since. */
  pausedSince: number | null;
}
