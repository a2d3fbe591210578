import { useState } from 'preact/hooks';
import { grouped } from '../../../../words/times.ts';
import { setQuery } from '../../address.ts';

interface Tools {
  readonly total: number;
  readonly control: boolean;
  readonly relative: boolean;
  /** null while it is open: there is nothing to count from. */
  readonly close: number | null;
  readonly openedAt: number;
  readonly silences: number;
  /** Silences that are known; the shorter ones are left out of a list that has more. */
  readonly silencesKnown: number;
  toSilence(direction: 'next' | 'previous'): void;
  toStart(): void;
  toEnd(): void;
  /** @param at ms since the epoch */
  toTime(at: number): void;
  /** The other list begins where this one is. */
  showControl(show: boolean): void;
}

/** Head of the list: what is shown, and where to go in it. */
export function FrameTools(tools: Tools) {
  const { total, control, relative, close, silences, silencesKnown } = tools;
  const none = silences === 0;
  return (
    <div class="frame-tools">
      <h2 id="frames-title">
        Frames <span class="num muted">{grouped(total)}</span>
      </h2>
      <label>
        <input type="checkbox" checked={control} onChange={(event) => tools.showControl(event.currentTarget.checked)} />
        control frames
      </label>
      {close !== null && (
        <label>
          <input
            type="checkbox"
            checked={relative}
            onChange={(event) => setQuery({ time: event.currentTarget.checked ? 'relative' : null })}
          />
          time to the close
        </label>
      )}
      <fieldset class="jumps">
        <legend class="hidden">Go to</legend>
        <button type="button" class="button" onClick={tools.toStart}>
          start
        </button>
        <button
          type="button"
          class="button"
          disabled={none}
          title="p in the list"
          onClick={() => tools.toSilence('previous')}
        >
          <span aria-hidden="true">‹</span>
          <span class="hidden">the silence before</span>
        </button>
        <span
          class="muted num"
          title={silencesKnown < silences ? `the ${grouped(silencesKnown)} longest are marked` : undefined}
        >
          {grouped(silences)} {silences === 1 ? 'silence' : 'silences'} over 10 s
        </span>
        <button
          type="button"
          class="button"
          disabled={none}
          title="n in the list"
          onClick={() => tools.toSilence('next')}
        >
          <span aria-hidden="true">›</span>
          <span class="hidden">the next silence</span>
        </button>
        <button type="button" class="button" onClick={tools.toEnd}>
          end
        </button>
        <TimeJump {...tools} />
      </fieldset>
    </div>
  );
}

function TimeJump({ openedAt, close, toTime }: Tools) {
  const [local, type] = useState(() => localTime(close ?? openedAt));
  const go = (event: Event): void => {
    event.preventDefault();
    const at = new Date(local).getTime();
    if (Number.isFinite(at)) toTime(at);
  };
  return (
    <form class="time-jump" onSubmit={go}>
      <label>
        <span class="hidden">Time to go to</span>
        <input type="datetime-local" step="1" value={local} onInput={(event) => type(event.currentTarget.value)} />
      </label>
      <button type="submit" class="button">
        go to time
      </button>
    </form>
  );
}

/** `2026-11-23T14:03:12`, in the reader's zone, as the field takes it. */
function localTime(at: number): string {
  const offsetMs = new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at - offsetMs).toISOString().slice(0, 19);
}
