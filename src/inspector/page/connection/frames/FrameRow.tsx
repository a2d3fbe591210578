import type { IndexedFrame } from '../../../../evidence/journal-reader.ts';
import { opcodeName } from '../../../../wire/opcodes.ts';
import { clock, grouped, relative, span } from '../../../../words/times.ts';
import { Safe } from '../../parts/Safe.tsx';
import { directionOf, meaningOf, oddBits } from './frame-words.ts';

/** What a time is told against: the day of the connection, or its close. */
export interface Clockwork {
  readonly day: number;
  /** null: clock time. */
  readonly close: number | null;
}

interface Place {
  /** Row in the list, from 0; the head of the table is row 1 for those who hear it. */
  readonly row: number;
  readonly place: number;
}

export const rowId = (place: number): string => `frame-${place}`;

/** @param roundTripMs of a pong that could be paired with its ping @param silenceMs before it, where no row of its own says so */
export function FrameRow({
  row,
  place,
  frame,
  active,
  clockwork,
  roundTripMs,
  silenceMs,
}: Place & {
  readonly frame: IndexedFrame;
  readonly active: boolean;
  readonly clockwork: Clockwork;
  readonly roundTripMs: number | null;
  readonly silenceMs: number | null;
}) {
  const { who, party, arrow, to } = directionOf(frame);
  const odd = oddBits(frame);
  const meaning = meaningOf(frame, roundTripMs);
  return (
    <tr id={rowId(place)} data-place={place} aria-rowindex={row + 2} aria-selected={active} class="frame">
      <td class="num time">{timeOf(frame.at, clockwork)}</td>
      <td class="direction" data-party={party} title={`${who} to ${to}`}>
        {who} <span aria-hidden="true">{arrow}</span>
        <span class="hidden"> to {to}</span>
      </td>
      <td class="opcode" data-control={frame.opcode >= 8}>
        {opcodeName(frame.opcode)}
      </td>
      <td class="num size">{grouped(frame.length)}</td>
      <td class="flags">{odd.join(', ')}</td>
      <td class="num meaning cut">
        {silenceMs !== null && <span class="silence">after {span(silenceMs)} without data </span>}
        {meaning !== null && <Safe text={meaning} max={200} />}
      </td>
    </tr>
  );
}

/** With the milliseconds that decide verdicts. */
export function timeOf(at: number, { day, close }: Clockwork): string {
  if (close !== null) return relative(at, close);
  return `${clock(at, day)}.${String(Math.floor(at) % 1000).padStart(3, '0')}`;
}

/** A frame that is on its way, or that the journal has forgotten. */
export function EmptyRow({ row, place, gone }: Place & { readonly gone: boolean }) {
  return (
    <tr id={rowId(place)} data-place={place} aria-rowindex={row + 2} class="frame empty">
      <td colSpan={6}>{gone ? `frame ${grouped(place)} is no longer kept` : '…'}</td>
    </tr>
  );
}

export function SilenceRow({ row, ms }: { readonly row: number; readonly ms: number }) {
  return (
    <tr aria-rowindex={row + 2} class="silence">
      <td colSpan={6}>
        <span>{`${(ms / 1000).toFixed(3)} s of silence`}</span>
      </td>
    </tr>
  );
}

export function EndRow({
  row,
  at,
  party,
  says,
  clockwork,
}: {
  readonly row: number;
  readonly at: number;
  readonly party: string;
  readonly says: string;
  readonly clockwork: Clockwork;
}) {
  return (
    <tr aria-rowindex={row + 2} class="end" data-party={party}>
      <td class="num time">{timeOf(at, clockwork)}</td>
      <td colSpan={5} class="says cut">
        {says}
      </td>
    </tr>
  );
}
