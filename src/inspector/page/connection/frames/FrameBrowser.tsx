import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import type { Verdict } from '../../../../verdict/verdict.ts';
import { howCell, whoWords } from '../../../../words/codes.ts';
import { grouped } from '../../../../words/times.ts';
import type { ConnectionDetail, GapsPage } from '../../../api.ts';
import { address, setQuery } from '../../address.ts';
import { liveState } from '../../live.ts';
import { Failure } from '../../parts/Failure.tsx';
import { endedAt } from '../the-end.ts';
import { asksFrames } from './ask.ts';
import { FrameTable, type ListEnd } from './FrameTable.tsx';
import { FrameTools } from './FrameTools.tsx';
import { useFrameLink } from './frame-link.ts';
import { FrameWindows } from './frame-windows.ts';
import { useGaps } from './gaps.ts';
import { Payload } from './Payload.tsx';
import { askedPlace, type Place, placeOfFrame, placeOfTime, silencesOf } from './places.ts';
import { neighbouringSilence, rowAt, rowOfPlace, withLastSilence } from './silences.ts';
import { useVirtualRows } from './virtual-rows.ts';

/** Frames beyond those in sight that are fetched with them: pings that the pongs in sight answer, and the next turn of the wheel. */
const AHEAD = 100;
/** While the scroll bar is dragged, nothing is fetched for places that are passed faster than this, in ms. */
const SETTLE_MS = 60;

export function FrameBrowser({
  detail,
  control,
  total: totalAtFirst,
  start,
  gaps: gapsAtFirst,
}: {
  detail: ConnectionDetail;
  control: boolean;
  total: number;
  start: number | null;
  gaps: GapsPage;
}) {
  const { connection, recordedFrames, verdict, lastFrames } = detail;
  const ask = useMemo(() => asksFrames(connection), [connection]);
  const [, changed] = useReducer((n: number) => n + 1, 0);
  const [windows] = useState(
    () =>
      new FrameWindows(
        (from, limit, signal) => ask({ from, limit, control }, signal),
        totalAtFirst,
        () => changed(0),
      ),
  );
  const gaps = useGaps(detail, gapsAtFirst);
  const close = endedAt(detail);
  const { total } = windows;
  const silences = useMemo(
    () => withLastSilence(control ? silencesOf(gaps.gaps) : [], total, lastFrames.at(-1)?.at ?? null, close),
    [control, gaps, total, lastFrames, close],
  );
  const end: ListEnd | null =
    verdict === null || close === null ? null : { at: close, party: verdict.closedBy, says: endWords(verdict) };
  const rows = total + silences.length + (end === null ? 0 : 1);
  const view = useVirtualRows(rows, start === null ? null : rowOfPlace(start, silences));
  const [active, activate] = useState<number | null>(() =>
    askedPlace(address.value.searchParams).frame === null ? null : start,
  );
  const [isOpen, open] = useState(false);

  useEffect(() => () => windows.stop(), [windows]);
  useEffect(() => {
    if (control) windows.grow(recordedFrames);
    else windows.look();
  }, [windows, control, recordedFrames]);

  const { first, count } = view.window;
  const from = rowAt(first, silences).place - AHEAD;
  const until = rowAt(first + count, silences).place + AHEAD;
  const isLive = liveState.value === 'live';
  useEffect(() => {
    const timer = setTimeout(() => windows.want(from, until), windows.size.requests === 0 ? 0 : SETTLE_MS);
    return () => clearTimeout(timer);
    // Also when hangup is back: what could not be had is asked for again.
  }, [windows, from, until, total, isLive]);

  const seenTotal = useRef(total);
  if (view.atEnd) seenTotal.current = total;
  const fresh = total - seenTotal.current;

  const lastPlace = Math.max(0, total - 1);
  const topPlace = Math.min(lastPlace, rowAt(view.seen.first, silences).place);
  const here = active ?? topPlace;

  const goTo = (place: number, how?: 'jump'): void => {
    const target = Math.max(0, Math.min(lastPlace, place));
    activate(target);
    view.show(rowOfPlace(target, silences), how);
  };
  const search = useRef<AbortController | null>(null);
  const goToFound = (find: (asking: typeof ask) => Promise<Place>): void => {
    search.current?.abort();
    const controller = new AbortController();
    search.current = controller;
    find((query) => ask(query, controller.signal)).then(
      ({ place, total: now }) => {
        windows.grow(now);
        goTo(place, 'jump');
      },
      // Another search has begun, or the list has a failure of its own to show.
      () => undefined,
    );
  };
  const toSilence = (direction: 'next' | 'previous'): void => {
    if (control) {
      const silence = neighbouringSilence(here, silences, direction);
      if (silence === null) return;
      activate(Math.min(lastPlace, silence.place));
      view.show(rowOfPlace(silence.place, silences) - 1, 'jump');
      return;
    }
    const index = windows.frameAt(here)?.index;
    if (index === undefined) return;
    const silence = neighbouringSilence(index, silencesOf(gaps.gaps), direction);
    const at = gaps.gaps.find((gap) => gap.index === silence?.place)?.at;
    if (at !== undefined) goToFound((asking) => placeOfTime(at, control, asking));
  };

  const isActiveSeen =
    active !== null &&
    rowOfPlace(active, silences) >= view.seen.first &&
    rowOfPlace(active, silences) <= view.seen.last;
  const place = isActiveSeen ? active : view.atEnd ? null : topPlace;
  useFrameLink(place === null ? null : control ? place : windows.frameAt(place)?.index, (index) =>
    goToFound((asking) => placeOfFrame(index, control, asking)),
  );

  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, view.seen.last - view.seen.first);
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => goTo(active === null ? topPlace : active + 1),
      ArrowUp: () => goTo(active === null ? topPlace : active - 1),
      PageDown: () => goTo(here + page),
      PageUp: () => goTo(here - page),
      Home: () => goTo(0),
      End: () => {
        activate(lastPlace);
        view.toEnd();
      },
      Enter: () => {
        activate(here);
        open(!isOpen);
      },
      Escape: () => open(false),
      n: () => toSilence('next'),
      p: () => toSilence('previous'),
    };
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (act === undefined || total === 0) return;
    event.preventDefault();
    act();
  };

  const relative = address.value.searchParams.get('time') === 'relative';
  const frame = active === null ? undefined : windows.frameAt(active);
  return (
    <>
      <FrameTools
        total={total}
        // What was asked for: this list is shown until the other one is there.
        control={address.value.searchParams.get('control') !== 'false'}
        relative={relative}
        close={close}
        openedAt={Date.parse(detail.openedAt)}
        silences={gaps.total + (silences.at(-1)?.place === total ? 1 : 0)}
        silencesKnown={gaps.gaps.length}
        toSilence={toSilence}
        toStart={() => goTo(0)}
        toEnd={() => {
          activate(null);
          view.toEnd();
        }}
        toTime={(at) => goToFound((asking) => placeOfTime(at, control, asking))}
        showControl={(show) => {
          const at = place === null ? undefined : windows.frameAt(place)?.at;
          setQuery({
            control: show ? null : 'false',
            frame: null,
            at: at === undefined ? null : String(Math.floor(at)),
          });
        }}
      />
      {windows.failure !== null && <Failure says={windows.failure.message} retry={() => windows.want(from, until)} />}
      <div class="frame-panes" data-open={isOpen && frame !== undefined}>
        <div class="frame-list">
          <FrameTable
            windows={windows}
            silences={silences}
            end={end}
            control={control}
            rows={rows}
            view={view}
            active={active}
            clockwork={{ day: close ?? Date.now(), close: relative ? close : null }}
            onKey={onKey}
            onPick={(picked) => {
              open(picked !== active || !isOpen);
              activate(picked);
            }}
          />
          {fresh > 0 && (
            <button type="button" class="button fresh" onClick={view.toEnd}>
              ↓ {grouped(fresh)} new {fresh === 1 ? 'frame' : 'frames'}
            </button>
          )}
        </div>
        {isOpen && frame !== undefined && (
          <Payload
            id={connection}
            frame={frame}
            close={() => {
              open(false);
              view.ref.current?.focus();
            }}
          />
        )}
      </div>
    </>
  );
}

function endWords(verdict: Verdict): string {
  const who = whoWords(verdict);
  return verdict.manner === 'refused' ? `refused by ${who}` : `closed by ${who}: ${howCell(verdict)}`;
}
