import type {
  CloseFrameSeen,
  EndedTogether,
  Fact,
  FinSeen,
  FrameRecord,
  Header,
  IdleOutlived,
  IdleRecurs,
  LegLost,
  NextUrl,
  OwnClose,
  ResetSeen,
  Side,
  TargetFailed,
  TargetRefusedAfter,
  TlsFault,
  UpgradeAnswered,
  UpgradeRequested,
} from '../evidence/fact.ts';
import { otherSide } from '../evidence/fact.ts';
import type { LegTotals, Timeline } from '../evidence/timeline.ts';
import { CROSSING_MS } from './known-timers.ts';
import { type MattermostSigns, mattermostSigns } from './mattermost-signs.ts';
import { clientNeighbour, type Neighbour, serverNeighbour } from './neighbour.ts';

/**
 * What the rules look at: a small view of the timeline, derived once.
 *
 * Everything is as it was at the **first closing act**, the first Close frame, FIN, RST, loss or own close on either
 * leg. Its side was the true initiator's side in 449 of 449 runs; what comes after it is no evidence (GROUND-TRUTH §1, §13).
 */

export type ActFact = CloseFrameSeen | FinSeen | ResetSeen | LegLost | TlsFault | OwnClose;

export interface LegReading {
  /** As it stood at the first closing act. */
  readonly totals: LegTotals;
  /** Since the last byte from this leg's peer; null if there never was one. */
  readonly sinceByteMs: number | null;
  /** Since the last byte in either direction on this leg, own pings included; null if it was always silent. */
  readonly sinceAnyMs: number | null;
  /** Since an idle timer at the neighbour was last armed, if it re-arms as lazily as nginx does. */
  readonly sinceArmedMs: number | null;
  /**
   * The silence before what was written to the peer in the last moment, which may have crossed with its end; null where
   * nothing was, where the peer itself sent something then, or where the frames before it are not kept.
   */
  readonly beforeCrossingMs: number | null;
}

export interface Reading {
  readonly timeline: Timeline;
  readonly request: UpgradeRequested | null;
  readonly answer: UpgradeAnswered | null;
  /** Whether the 101 was seen (or the tunnel at work shows that it was there). */
  readonly upgraded: boolean;
  /** Time of the 101, or of the opening where it is not known. */
  readonly upgradedAt: number;
  /** The first closing act; null while there is none, and after a refusal: then the ends of the sockets mean nothing. */
  readonly act: ActFact | null;
  /** What refused the upgrade, where it was refused before anything else ended it. */
  readonly refusal: UpgradeAnswered | TargetFailed | null;
  /** The moment to which the idle times belong: the act's, or the last that is known of a connection without one. */
  readonly at: number;
  readonly legs: Readonly<Record<Side, LegReading>>;
  readonly neighbours: Readonly<Record<Side, Neighbour>>;
  readonly mattermost: MattermostSigns;
  /** Since the last byte in any direction on either leg, own pings included. */
  readonly idleMs: number | null;
  readonly longestNaturalGapMs: number;
  /** Frames before the act, the Close frame itself excluded, oldest first; own pings and pongs included. */
  readonly before: readonly FrameRecord[];
  readonly together: EndedTogether | null;
  readonly idleRecurs: IdleRecurs | null;
  readonly idleOutlived: IdleOutlived | null;
  readonly targetRefused: TargetRefusedAfter | null;
  readonly nextUrl: NextUrl | null;
}

const ACT_KINDS: ReadonlySet<Fact['kind']> = new Set<Fact['kind']>([
  'close-frame',
  'fin',
  'rst',
  'lost',
  'tls-fault',
  'own-close',
]);

const isAct = (fact: Fact): fact is ActFact => ACT_KINDS.has(fact.kind);

const isRefusal = (fact: Fact): fact is UpgradeAnswered | TargetFailed =>
  fact.kind === 'target-failed' || (fact.kind === 'upgrade-answer' && fact.status !== 101);

export function read(timeline: Timeline): Reading {
  const first = timeline.facts.find((fact) => isAct(fact) || isRefusal(fact));
  const act = first !== undefined && isAct(first) ? first : null;
  const refusal = first !== undefined && isRefusal(first) ? first : null;
  const request = lastOf(timeline, 'upgrade-request');
  const answer = lastOf(timeline, 'upgrade-answer');
  const at = act?.at ?? refusal?.at ?? latest(timeline);
  const before = framesBefore(timeline, act);
  const totals = timeline.totals.act ?? timeline.totals;
  const upgradedAt = answer?.at ?? timeline.openedAt;
  const crossing = (side: Side): number | null =>
    beforeCrossing(totals[side], before, at, side, timeline.dropped.frames > 0 ? null : upgradedAt);
  const legs = {
    client: { ...legReading(totals.client, act, before, at, 'client'), beforeCrossingMs: crossing('client') },
    server: { ...legReading(totals.server, act, before, at, 'server'), beforeCrossingMs: crossing('server') },
  };
  const idles = [legs.client.sinceAnyMs, legs.server.sinceAnyMs].filter((ms) => ms !== null);
  return {
    timeline,
    request,
    answer,
    refusal,
    upgraded: refusal === null && (answer?.status === 101 || totals.server.frames > 0),
    upgradedAt,
    act,
    at,
    legs,
    neighbours: {
      client: clientNeighbour(timeline, request?.headers ?? []),
      server: serverNeighbour(timeline, answer?.headers ?? []),
    },
    mattermost: mattermostSigns(timeline, answer?.headers ?? []),
    idleMs: idles.length === 0 ? null : Math.min(...idles),
    longestNaturalGapMs: Math.max(totals.longestNaturalGapMs, naturalGapBefore(totals, act, before, at)),
    before,
    together: lastOf(timeline, 'together'),
    idleRecurs: lastOf(timeline, 'idle-recurs'),
    idleOutlived: lastOf(timeline, 'idle-outlived'),
    targetRefused: lastOf(timeline, 'target-refused'),
    nextUrl: lastOf(timeline, 'next-url'),
  };
}

/** The side that acted first, or null for hangup itself and for nobody. */
export function actor(reading: Reading): Side | null {
  const { act } = reading;
  return act === null || act.kind === 'own-close' ? null : act.from;
}

/** The act if it is a Close frame. */
export const closeFrame = (reading: Reading): CloseFrameSeen | null =>
  reading.act?.kind === 'close-frame' ? reading.act : null;

/** The act if it is a FIN or an RST on that leg: an end without a Close frame, the peer's API shows 1006. */
export function abruptEnd(reading: Reading, side: Side): FinSeen | ResetSeen | null {
  const { act } = reading;
  return reading.upgraded && (act?.kind === 'fin' || act?.kind === 'rst') && act.from === side ? act : null;
}

/** The last frame before the act, own pings and pongs left out. */
export const lastNaturalFrame = (reading: Reading): FrameRecord | null =>
  reading.before.findLast((frame) => !frame.own) ?? null;

/** How long the peer of a leg has left the other side's ping without a pong, at the act; null if it owes none. */
export function unansweredMs(reading: Reading, debtor: Side): number | null {
  const since = reading.legs[otherSide(debtor)].totals.unansweredPingAt;
  return since === null ? null : Math.max(0, reading.at - since);
}

/** How long reading from a side had stood still at the act because the other side did not take the bytes; 0 if it did not. */
export function stalledMs(reading: Reading, from: Side): number {
  const since = reading.legs[from].totals.pausedSince;
  return since === null ? 0 : Math.max(0, reading.at - since);
}

/** What the answer's or request's headers hold under a name, lower-case. */
export const header = (headers: readonly Header[] | undefined, wanted: string): string | null =>
  headers?.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? null;

function lastOf<K extends Fact['kind']>(timeline: Timeline, kind: K): Extract<Fact, { kind: K }> | null {
  const isWanted = (fact: Fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind;
  return timeline.facts.findLast(isWanted) ?? null;
}

function framesBefore(timeline: Timeline, act: ActFact | null): readonly FrameRecord[] {
  if (act === null) return timeline.frames;
  if (act.kind === 'close-frame') {
    const close = timeline.frames.findIndex((frame) => frame.opcode === 8 && frame.from === act.from);
    if (close !== -1) return timeline.frames.slice(0, close);
  }
  return timeline.frames.filter((frame) => frame.at <= act.at && !(act.kind === 'close-frame' && frame.opcode === 8));
}

function legReading(
  totals: LegTotals,
  act: ActFact | null,
  before: readonly FrameRecord[],
  at: number,
  side: Side,
): Omit<LegReading, 'beforeCrossingMs'> {
  // The bytes of a Close frame are not what ended the silence before it: neither as received nor as relayed.
  const close = act?.kind === 'close-frame' ? act : null;
  const received = close?.from === side;
  const relayed = close !== null && !received && totals.lastWriteAt !== null && totals.lastWriteAt >= close.at;
  const lastByteAt = received ? lastAt(before, (frame) => sentBy(frame) === side) : totals.lastByteAt;
  const lastWriteAt = relayed ? lastAt(before, (frame) => writtenTo(frame) === side) : totals.lastWriteAt;
  const lastAny = latestOf(lastByteAt, lastWriteAt);
  return {
    totals,
    sinceByteMs: since(lastByteAt, at),
    sinceAnyMs: since(lastAny, at),
    sinceArmedMs: since(received || relayed ? lastAny : totals.armedAt, at),
  };
}

/** @param opened when the silence of a leg without frames began; null where earlier frames are no longer kept */
function beforeCrossing(
  { lastByteAt, lastWriteAt }: LegTotals,
  before: readonly FrameRecord[],
  at: number,
  side: Side,
  opened: number | null,
): number | null {
  const from = at - CROSSING_MS;
  if (lastWriteAt === null || lastWriteAt < from || (lastByteAt !== null && lastByteAt >= from)) return null;
  const onLeg = (frame: FrameRecord): boolean => sentBy(frame) === side || writtenTo(frame) === side;
  return since(lastAt(before, (frame) => frame.at < from && onLeg(frame)) ?? opened, at);
}

const lastAt = (frames: readonly FrameRecord[], wanted: (frame: FrameRecord) => boolean): number | null =>
  frames.findLast(wanted)?.at ?? null;

/** A ping of hangup's own bears the side it speaks for, but that side sent nothing. */
const sentBy = (frame: FrameRecord): Side | null => (frame.own && frame.opcode === 9 ? null : frame.from);

/** A pong that answers hangup's own ping goes no further. */
const writtenTo = (frame: FrameRecord): Side | null =>
  frame.own && frame.opcode === 10 ? null : otherSide(frame.from);

function naturalGapBefore(
  totals: { readonly lastNaturalAt: number },
  act: ActFact | null,
  before: readonly FrameRecord[],
  at: number,
): number {
  const last =
    act?.kind === 'close-frame'
      ? (before.findLast((frame) => !frame.own)?.at ?? totals.lastNaturalAt)
      : totals.lastNaturalAt;
  return Math.max(0, at - last);
}

const since = (then: number | null, at: number): number | null => (then === null ? null : Math.max(0, at - then));

const latestOf = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);

/** The last moment that is known of: a pure function has no clock. */
function latest(timeline: Timeline): number {
  const { client, server } = timeline.totals;
  const known = [timeline.openedAt, client.lastByteAt, client.lastWriteAt, server.lastByteAt, server.lastWriteAt];
  for (const fact of timeline.facts) known.push(fact.at);
  return known.reduce<number>((a, b) => (b !== null && b > a ? b : a), timeline.openedAt);
}
