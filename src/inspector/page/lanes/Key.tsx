import { ArrowLine } from './ArrowLine.tsx';
import type { Head } from './geometry.ts';

const HEADS: readonly (readonly [head: Head, word: string])[] = [
  ['frame', 'frame'],
  ['ping', 'ping, pong'],
  ['close', 'Close frame'],
  ['fin', 'FIN'],
  ['rst', 'RST'],
];

/** What the lines and heads mean. */
export function Key() {
  return (
    <ul class="lanes-key">
      {HEADS.map(([head, word]) => (
        <Entry key={head} head={head} word={word} />
      ))}
      <Entry head="none" word="lost" broken />
      <Entry head="frame" word="follows from what was seen" seen={false} />
    </ul>
  );
}

function Entry({
  head,
  word,
  seen = true,
  broken = false,
}: {
  head: Head;
  word: string;
  seen?: boolean;
  broken?: boolean;
}) {
  const stretches = [{ x1: 1, x2: broken ? 44 : 28, seen }];
  return (
    <li>
      <svg class="lanes-svg" width={30} height={14} aria-hidden="true">
        <ArrowLine arrow={{ y: 7, party: 'unknown', head, stretches, broken, first: false }} />
      </svg>
      {word}
    </li>
  );
}
