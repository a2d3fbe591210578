import type { Side } from '../../../evidence/fact.ts';

/** What is drawn as one line. `unseen`: frames that are too far back to be known one by one; `now`: the end of an open connection. */
export type Kind =
  | 'request'
  | 'answer'
  | 'frame'
  | 'ping'
  | 'pong'
  | 'close'
  | 'fin'
  | 'rst'
  | 'lost'
  | 'tls-fault'
  | 'own-close'
  | 'failed'
  | 'pause'
  | 'resume'
  | 'pong-missed'
  | 'note'
  | 'unseen'
  | 'now';

export interface Moment {
  readonly kind: Kind;
  /** ms since the epoch; `until` is later for a ping with its pong, and for what is unseen. */
  readonly at: number;
  readonly until: number;
  /** The leg on which it was seen, or on whose behalf hangup acted. */
  readonly from: Side | 'hangup';
  /** hangup's own ping or the pong to it; an answer that hangup wrote. */
  readonly own: boolean;
  readonly says: string;
  readonly frames: number;
  readonly facts: number;
  /** A ping whose pong came before anything else did: both are one line. */
  readonly answered: boolean;
  /** An end that hangup passes on, or a request that it does. */
  readonly passedOn: boolean;
  /** hangup resets the leg of a dead peer. */
  readonly dead: Side | null;
  readonly first: boolean;
}
