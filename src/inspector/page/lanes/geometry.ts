import type { Party } from '../../../verdict/verdict.ts';
import type { Box } from '../pictures/text-box.ts';

/** The swim-lane picture as data: everything that is drawn, in CSS pixels. */

export type LaneId = 'client' | 'behind' | 'hangup' | 'before' | 'server';

export interface Lane {
  readonly id: LaneId;
  readonly name: string;
  readonly party: Party;
  readonly x: number;
  /** Where its line begins. */
  readonly top: number;
  /** Nobody declared this hop: the verdict speaks of it. */
  readonly inferred: boolean;
  /** Of its name, and of the words below it. */
  readonly head: Heading;
}

export interface Heading {
  readonly box: Box;
  /** Of the text: its middle, or where it starts. */
  readonly anchor: 'middle' | 'start';
  readonly name: string;
  readonly note: string;
}

/** How an arrow ends: each looks different, and its label says the word. */
export type Head = 'frame' | 'ping' | 'pong' | 'close' | 'fin' | 'rst' | 'none';

/** A stretch of an arrow, in the direction of its flight. */
export interface Stretch {
  readonly x1: number;
  readonly x2: number;
  /** false: beyond what hangup sees; it follows from what it does see, and is drawn dotted. */
  readonly seen: boolean;
}

export interface Arrow {
  readonly y: number;
  readonly party: Party;
  readonly head: Head;
  readonly stretches: readonly Stretch[];
  /** It did not get through: a cross stands where it was lost. */
  readonly broken: boolean;
  /** The first closing act. */
  readonly first: boolean;
}

export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly glyph: 'pause' | 'resume' | 'fault' | 'note';
  readonly party: Party;
}

/** A silence to scale: `bottom - top` is in proportion to `ms`, with the same factor for all of a picture. */
export interface Silence {
  readonly top: number;
  readonly bottom: number;
  /** Of its bracket. */
  readonly x: number;
  readonly ms: number;
}

/** A busy stretch, or one that is no longer known frame by frame, as one line. */
export interface Fold {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
  readonly frames: number;
  readonly facts: number;
  readonly ms: number;
}

/** Where a timer of somebody else ran out within the last silence. */
export interface TimerMarkLine {
  readonly y: number;
  readonly x1: number;
  readonly x2: number;
  /** Its label may have had to move. */
  readonly labelY: number;
}

export interface Label {
  readonly box: Box;
  readonly kind: 'moment' | 'act' | 'fold' | 'silence' | 'timer' | 'now';
  /** ms since the epoch of what it tells; null for a silence and a timer. */
  readonly at: number | null;
  /** `-60.003 s`, in front of the first line. */
  readonly time: string | null;
  /** Where the first line begins, behind the time, and the others. From the left edge of the box. */
  readonly firstX: number;
  readonly otherX: number;
  readonly lines: readonly string[];
  readonly anchor: 'start' | 'end';
  readonly party: Party | null;
}

/** The culprit's lane, or the leg on which the network failed. */
export interface Lit {
  readonly x: number;
  readonly width: number;
  readonly top: number;
  readonly bottom: number;
  readonly party: Party;
  /** `possible`: weaker and hatched. */
  readonly weak: boolean;
  readonly words: string;
  /** Of a leg, which has no name of its own; null for a lane: the words stand below its name. */
  readonly head: Heading | null;
}

export interface LanesLayout {
  readonly width: number;
  readonly height: number;
  readonly compact: boolean;
  readonly lanes: readonly Lane[];
  readonly arrows: readonly Arrow[];
  readonly marks: readonly Mark[];
  readonly silences: readonly Silence[];
  readonly folds: readonly Fold[];
  readonly timers: readonly TimerMarkLine[];
  readonly labels: readonly Label[];
  readonly lit: Lit | null;
  /** The row of the first closing act. */
  readonly act: (Box & { readonly party: Party }) | null;
  /** Where an open connection stands now. */
  readonly nowY: number | null;
}
