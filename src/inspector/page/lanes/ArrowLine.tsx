import type { Arrow, Head, Mark } from './geometry.ts';

/** An arrow: solid where hangup saw it, dotted beyond; its head tells what it is, and so does its label. */
export function ArrowLine({ arrow: { y, party, head, stretches, broken, first } }: { arrow: Arrow }) {
  const last = stretches.at(-1);
  const start = stretches[0];
  if (last === undefined || start === undefined) return null;
  const way = Math.sign(last.x2 - last.x1);
  // What was lost never reached the other lane.
  const end = broken ? (last.x1 + last.x2) / 2 : last.x2;
  return (
    <g
      class="lanes-arrow"
      data-party={party}
      data-open={broken || head === 'ping' || head === 'pong'}
      data-first={first}
    >
      {stretches.map(({ x1, x2, seen }, i) => (
        <line key={x1} data-seen={seen} x1={x1} x2={i === stretches.length - 1 ? end : x2} y1={y} y2={y} />
      ))}
      {first && <circle cx={start.x1} cy={y} r={4} />}
      <path class="lanes-tip" data-seen={last.seen} d={broken ? cross(end, y) : HEADS[head](end, y, way)} />
    </g>
  );
}

/**
 * Frame: a full triangle. Ping and pong: an open one. Close: a diamond. FIN: a triangle against a bar. RST: two triangles.
 * @param way 1: to the right, -1: to the left
 */
const HEADS: Readonly<Record<Head, (x: number, y: number, way: number) => string>> = {
  none: () => '',
  frame: (x, y, way) => `M${x} ${y}l${-way * 8} -4v8Z`,
  ping: (x, y, way) => `M${x - way * 7} ${y - 4}L${x} ${y}l${-way * 7} 4`,
  pong: (x, y, way) => HEADS.ping(x, y, way),
  close: (x, y, way) => `M${x} ${y}l${-way * 6} -5l${-way * 6} 5l${way * 6} 5Z`,
  fin: (x, y, way) => `${HEADS.frame(x - way * 2, y, way)}M${x} ${y - 6}v12`,
  rst: (x, y, way) => HEADS.frame(x, y, way) + HEADS.frame(x - way * 7, y, way),
};

const cross = (x: number, y: number): string => `M${x - 4} ${y - 4}l8 8m-8 0l8 -8`;

const GLYPHS: Readonly<Record<Mark['glyph'], string>> = {
  pause: 'm-3 -5v10m6 -10v10',
  resume: 'm-3 -5l8 5l-8 5Z',
  fault: 'm0 -6l6 11h-12Zm0 4v3.5',
  note: 'm-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0',
};

/** What is no arrow: a pause, the end of one, a fault, a note. */
export const MarkGlyph = ({ mark: { x, y, glyph, party } }: { mark: Mark }) => (
  <path class="lanes-mark" data-party={party} data-glyph={glyph} d={`M${x} ${y}${GLYPHS[glyph]}`} />
);
