import { type Fact, otherSide, type Side } from '../../../evidence/fact.ts';
import type { IndexedFrame } from '../../../evidence/journal-reader.ts';
import type { ConnectionDetail, FactView } from '../../api.ts';
import type { Kind, Moment } from './moment.ts';
import { framePhrase, pingPhrase, pongPhrase } from './phrases.ts';
import { pongTo, withPongs } from './pongs.ts';

export interface Story {
  /** In order of time. */
  readonly moments: readonly Moment[];
  /** Where among them the first closing act, or the refusal, stands; null while there is none. */
  readonly actIndex: number | null;
  readonly actFrom: Side | null;
  /** The moment that all times are told from: the first closing act, or now. ms since the epoch. */
  readonly zero: number;
}

const ENDS: Readonly<Partial<Record<Fact['kind'], Kind>>> = {
  'close-frame': 'close',
  fin: 'fin',
  rst: 'rst',
  lost: 'lost',
  'tls-fault': 'tls-fault',
  'own-close': 'own-close',
};

const isRefusal = (fact: Fact): boolean =>
  fact.kind === 'target-failed' || (fact.kind === 'upgrade-answer' && fact.status !== 101);

const isEnd = (fact: Fact): boolean => ENDS[fact.kind] !== undefined;

/** Facts and frames as one story, each thing told once. */
export function storyOf(detail: ConnectionDetail): Story {
  const { facts, lastFrames } = detail;
  const act = facts.find((fact) => isEnd(fact) || isRefusal(fact)) ?? null;
  const refused = act !== null && isRefusal(act);
  const now = nowOf(detail);
  const closes = facts.filter((fact) => fact.kind === 'close-frame');
  const moments = [
    ...unseen(detail, act?.at ?? now),
    ...facts
      // After a refusal the ends of the sockets mean nothing; the hello is among the frames.
      .filter((fact) => !(refused && isEnd(fact)) && fact.kind !== 'ended' && fact.kind !== 'mattermost-hello')
      .map((fact) => factMoment(fact, fact === act, facts)),
    ...lastFrames
      .filter((frame) => !(frame.opcode === 8 && closes.some((fact) => isSame(fact, frame))))
      .map((frame) => frameMoment(frame, lastFrames, detail.state === 'open')),
  ].sort((a, b) => a.at - b.at || rank(a) - rank(b));
  const told = withPongs(moments);
  if (act === null && detail.state === 'open') told.push(nowMoment(now));
  const actIndex = told.findIndex(({ first }) => first);
  return {
    moments: told,
    actIndex: actIndex === -1 ? null : actIndex,
    actFrom: act !== null && 'from' in act ? act.from : null,
    zero: act?.at ?? (detail.closedAt === null ? now : Date.parse(detail.closedAt)),
  };
}

/** What was seen last was seen before now, even if `lifetimeMs` was read off the clock a moment earlier. */
const nowOf = ({ openedAt, lifetimeMs, facts, lastFrames }: ConnectionDetail): number =>
  Math.max(Date.parse(openedAt) + lifetimeMs, ...facts.map(({ at }) => at), ...lastFrames.map(({ at }) => at));

/** The same Close frame as a fact and as a frame: both are dated by the read that brought it. */
const isSame = (fact: { readonly at: number; readonly from: Side }, frame: IndexedFrame): boolean =>
  fact.from === frame.from && Math.abs(fact.at - frame.at) <= 1;

/** At the same instant: what is unseen, then the facts of the opening, then frames, then the other facts. */
const rank = ({ kind, frames }: Moment): number =>
  kind === 'request' || kind === 'answer' ? 0 : kind === 'unseen' ? 1 : frames > 0 ? 2 : 3;

const PLAIN = { own: false, frames: 0, facts: 0, answered: false, passedOn: false, dead: null, first: false } as const;

function unseen({ lastFrames, recordedFrames, facts, openedAt }: ConnectionDetail, end: number): Moment[] {
  const [oldest] = lastFrames;
  const frames = oldest?.index ?? recordedFrames;
  if (frames === 0) return [];
  const opened = facts.find(({ kind }) => kind === 'upgrade-answer')?.at ?? Date.parse(openedAt);
  const until = Math.max(opened, oldest?.at ?? end);
  return [{ ...PLAIN, kind: 'unseen', at: opened, until, from: 'hangup', says: '', frames }];
}

const nowMoment = (at: number): Moment => ({
  ...PLAIN,
  kind: 'now',
  at,
  until: at,
  from: 'hangup',
  says: 'now, still open',
});

function factMoment(fact: FactView, first: boolean, all: readonly FactView[]): Moment {
  return {
    ...PLAIN,
    kind: kindOf(fact),
    at: fact.at,
    until: fact.at,
    from: fact.where,
    own: fact.kind === 'upgrade-answer' && fact.own,
    says: fact.says,
    facts: 1,
    passedOn: isPassedOn(fact, all),
    dead: fact.kind === 'own-close' ? fact.side : null,
    first,
  };
}

function kindOf(fact: Fact): Kind {
  switch (fact.kind) {
    case 'upgrade-request':
      return 'request';
    case 'upgrade-answer':
      return 'answer';
    case 'target-failed':
      return 'failed';
    case 'pause':
    case 'resume':
    case 'pong-missed':
      return fact.kind;
    default:
      return ENDS[fact.kind] ?? 'note';
  }
}

/**
 * What hangup does with it on the other leg. It writes no fact of that: it passes every end on (docs/architecture.md)
 * unless that leg had ended before, and every request unless it could not or would not.
 */
function isPassedOn(fact: Fact, all: readonly Fact[]): boolean {
  if (fact.kind === 'upgrade-request') {
    const failed = all.find((other) => other.kind === 'target-failed');
    const answer = all.find((other) => other.kind === 'upgrade-answer');
    return failed === undefined ? answer?.own !== true : failed.stage === 'answer';
  }
  if (fact.kind !== 'fin' && fact.kind !== 'rst' && fact.kind !== 'lost') return false;
  const before = all.slice(0, all.indexOf(fact));
  return !before.some(
    (other) =>
      other.kind === 'own-close' ||
      ((other.kind === 'fin' || other.kind === 'rst' || other.kind === 'lost') && other.from === otherSide(fact.from)),
  );
}

function frameMoment(frame: IndexedFrame, all: readonly IndexedFrame[], open: boolean): Moment {
  const { at, from, opcode, own } = frame;
  const plain = { ...PLAIN, at, until: at, from, own, frames: 1 };
  if (opcode === 9) return { ...plain, kind: 'ping', says: pingPhrase(frame, pongTo(frame, all) === undefined, open) };
  if (opcode === 10) return { ...plain, kind: 'pong', says: pongPhrase(frame) };
  return { ...plain, kind: opcode === 8 ? 'close' : 'frame', says: framePhrase(frame) };
}
