import { useId } from 'preact/hooks';
import { ArrowLine, MarkGlyph } from './ArrowLine.tsx';
import type { Fold, Heading, Label, Lane, LanesLayout, Lit, Silence } from './geometry.ts';
import { LINE_PX } from './label-text.ts';

/** The layout as SVG, from the back to the front. */
export function Drawing({ layout, says }: { layout: LanesLayout; says: string }) {
  const { width, height, lanes, arrows, marks, silences, folds, timers, labels, lit, act, nowY } = layout;
  const left = lanes[0]?.x ?? 0;
  const right = lanes.at(-1)?.x ?? 0;
  const hatch = useId();
  return (
    <svg class="lanes-svg" width={width} height={height} role="img" aria-label={says}>
      {lit !== null && <LitBand lit={lit} hatch={hatch} />}
      {act !== null && <ActBand act={act} />}
      {lanes.map((lane) => (
        <line
          key={lane.id}
          class="lanes-lane"
          data-inferred={lane.inferred}
          x1={lane.x}
          x2={lane.x}
          y1={lane.top}
          y2={height - 4}
        />
      ))}
      {folds.map((fold) => (
        <FoldBand key={fold.top} fold={fold} />
      ))}
      {timers.map(({ y, x1, x2, labelY }) => (
        <path key={y} class="lanes-timer" d={`M${x1} ${y}H${x2}L${x2 + 10} ${labelY}`} />
      ))}
      {silences.map((silence) => (
        <Bracket key={silence.top} silence={silence} />
      ))}
      {nowY !== null && <line class="lanes-now" x1={left - 14} x2={right + 14} y1={nowY} y2={nowY} />}
      {arrows.map((arrow, i) => (
        <ArrowLine key={i} arrow={arrow} />
      ))}
      {marks.map((mark, i) => (
        <MarkGlyph key={i} mark={mark} />
      ))}
      {lanes.map((lane) => (
        <LaneHead key={lane.id} lane={lane} lit={lit} />
      ))}
      {lit?.head && <HeadingText heading={lit.head} party={lit.party} lit />}
      {labels.map((label, i) => (
        <LabelText key={i} label={label} />
      ))}
    </svg>
  );
}

function LitBand({ lit: { x, width, top, bottom, party, weak }, hatch }: { lit: Lit; hatch: string }) {
  const box = { x, width, y: top, height: bottom - top, rx: 7 };
  return (
    <g class="lanes-lit" data-party={party} data-weak={weak}>
      {weak && (
        <defs>
          <pattern id={hatch} width={7} height={7} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <line x1={0} x2={0} y1={0} y2={7} />
          </pattern>
        </defs>
      )}
      <rect {...box} />
      {weak && <rect {...box} fill={`url(#${hatch})`} class="lanes-hatch" />}
    </g>
  );
}

function ActBand({ act: { party, ...box } }: { act: NonNullable<LanesLayout['act']> }) {
  return <rect class="lanes-act" data-party={party} rx={4} {...box} />;
}

function LaneHead({ lane: { id, party, head }, lit }: { lane: Lane; lit: Lit | null }) {
  const isLit = lit !== null && lit.head === null && head.box.x + head.box.width > lit.x && party === lit.party;
  return <HeadingText key={id} heading={head} party={party} lit={isLit} />;
}

function HeadingText({ heading, party, lit }: { heading: Heading; party: Lane['party']; lit: boolean }) {
  const { box, anchor, name, note } = heading;
  const x = anchor === 'middle' ? box.x + box.width / 2 : box.x;
  return (
    <g class="lanes-head" data-party={party} data-lit={lit}>
      <text x={x} y={box.y + (name === '' ? 0 : 13)} text-anchor={anchor}>
        {name}
      </text>
      <text class="lanes-note" x={x} y={box.y + (name === '' ? 10 : 28)} text-anchor={anchor}>
        {note}
      </text>
    </g>
  );
}

const TOOTH = 5;

function Bracket({ silence: { top, bottom, x } }: { silence: Silence }) {
  return <path class="lanes-bracket" d={`M${x + TOOTH} ${top}H${x}V${bottom}H${x + TOOTH}`} />;
}

function FoldBand({ fold: { top, bottom, left, right } }: { fold: Fold }) {
  const middle = (top + bottom) / 2;
  const steps = Math.max(2, Math.round((right - left) / 14));
  const step = (right - left) / steps;
  const zigzag = Array.from(
    { length: steps },
    (_, i) => `L${left + (i + 1) * step} ${middle + (i % 2 === 0 ? -3 : 3)}`,
  );
  return (
    <g>
      <rect class="lanes-fold-box" x={left} y={top} width={right - left} height={bottom - top} rx={4} />
      <path class="lanes-fold-line" d={`M${left} ${middle + 3}${zigzag.join('')}`} />
    </g>
  );
}

function LabelText({ label: { box, kind, time, lines, firstX, otherX, anchor, party } }: { label: Label }) {
  const x = anchor === 'end' ? box.x + box.width : box.x;
  return (
    <text class="lanes-label" data-kind={kind} data-party={party} text-anchor={anchor}>
      {time !== null && (
        <tspan class="lanes-time" x={x} y={box.y + 12}>
          {time}
        </tspan>
      )}
      {lines.map((line, i) => (
        <tspan key={i} x={x + (i === 0 ? firstX : otherX)} y={box.y + 12 + i * LINE_PX}>
          {line}
        </tspan>
      ))}
    </text>
  );
}
