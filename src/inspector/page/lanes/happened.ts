import { harmless } from '../../../words/harmless.ts';
import { span } from '../../../words/times.ts';
import type { ConnectionDetail } from '../../api.ts';
import { counted } from '../pictures/about.ts';
import { storyOf } from './moments.ts';
import { framePhrase, timePhrase } from './phrases.ts';

/** The picture in words. */

/** What it shows, in one sentence. */
export function lanesSentence({ verdict, state, idle, behind, before, lastFrames }: ConnectionDetail): string {
  const path = ['client', behind, 'hangup', before, 'server'].filter((name) => name !== null).map(harmless);
  const of = `Last moments between ${path.join(', ')}`;
  if (verdict !== null) return `${of}. ${harmless(verdict.summary)}`;
  if (state === 'closing') return `${of}: it is closing, and nobody is named yet.`;
  const quiet = idle.anyMs === null ? '' : `, quiet for ${span(idle.anyMs)}`;
  return `${of}: still open${quiet}; ${counted(lastFrames.length, 'frame')} shown.`;
}

export interface Happened {
  readonly time: string;
  readonly where: string;
  readonly says: string;
  readonly ending: boolean;
}

/** All facts and the last frames, in order of time, none folded. */
export function happened(detail: ConnectionDetail): Happened[] {
  const { zero } = storyOf(detail);
  const frames = detail.lastFrames.map((frame) => ({
    at: frame.at,
    // A ping of hangup's own bears the side for which it speaks.
    where: frame.own && frame.opcode === 9 ? 'hangup' : frame.from,
    says: framePhrase(frame),
    ending: false,
  }));
  return [...detail.facts, ...frames]
    .sort((a, b) => a.at - b.at)
    .map(({ at, where, says, ending }) => ({ time: timePhrase(at, zero), where, says, ending }));
}

/** What the list leaves out; null when it is complete. */
export function leftOut({ lastFrames, recordedFrames, droppedFacts }: ConnectionDetail): string | null {
  const frames = lastFrames[0]?.index ?? recordedFrames;
  const parts = [
    ...(frames > 0 ? [`${counted(frames, 'earlier frame')}`] : []),
    ...(droppedFacts > 0 ? [`${counted(droppedFacts, 'fact')} in the middle`] : []),
  ];
  return parts.length === 0 ? null : `Not in this list: ${parts.join(' and ')}.`;
}
