import { useEffect, useRef, useState } from 'preact/hooks';
import type { ConnectionDetail, GapsPage } from '../../../api.ts';
import { address } from '../../address.ts';
import { liveState } from '../../live.ts';
import { Failure } from '../../parts/Failure.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { asksFrames, gapsOf } from './ask.ts';
import { FrameBrowser } from './FrameBrowser.tsx';
import './frames.css';
import { askedPlace, startOf } from './places.ts';

/** What must be known before the list can be drawn. */
interface Ground {
  readonly control: boolean;
  readonly total: number;
  /** null: the end. */
  readonly start: number | null;
  readonly gaps: GapsPage;
}

/**
 * All frames of a connection. A list with its control frames and one without are two lists; the place in one is found
 * again in the other by its time, and the one is shown until the other is there.
 */
export function Frames({ detail }: { detail: ConnectionDetail }) {
  const { connection } = detail;
  const control = address.value.searchParams.get('control') !== 'false';
  const [ground, lay] = useState<Ground | null>(null);
  const [failure, fail] = useState<string | null>(null);
  const [attempt, again] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    fail(null);
    groundOf(connection, control, controller.signal).then(lay, (error: unknown) => {
      if (!controller.signal.aborted) fail(error instanceof Error ? error.message : String(error));
    });
    return () => controller.abort();
  }, [connection, control, attempt]);

  const isLive = liveState.value === 'live';
  useEffect(() => {
    // What could not be had while hangup was away comes by itself when it is back.
    if (isLive && failure !== null) again((n) => n + 1);
  }, [isLive]);

  const section = useRef<HTMLElement>(null);
  const [isLink] = useState(() => {
    const { frame, at } = askedPlace(address.value.searchParams);
    return frame !== null || at !== null;
  });
  const isThere = ground !== null;
  useEffect(() => {
    // Whoever follows a link to a frame wants to see it; later on the page stays where the reader has it.
    if (isLink && isThere) section.current?.scrollIntoView();
  }, [isLink, isThere]);

  const isEmpty = detail.recordedFrames === 0;
  return (
    <section class="card frames" aria-labelledby="frames-title" ref={section}>
      {failure !== null && <Failure says={failure} retry={() => again((n) => n + 1)} />}
      {ground !== null && !isEmpty ? (
        <FrameBrowser key={ground.control} detail={detail} {...ground} />
      ) : (
        <>
          <h2 id="frames-title">Frames</h2>
          {isEmpty && <p class="muted">No frame has crossed{detail.state === 'open' ? ' yet' : ''}.</p>}
          {!isEmpty && failure === null && <Loading what="the frames" />}
        </>
      )}
    </section>
  );
}

async function groundOf(id: string, control: boolean, signal: AbortSignal): Promise<Ground> {
  const ask = asksFrames(id);
  const [start, gaps] = await Promise.all([
    startOf(askedPlace(address.value.searchParams), control, (query) => ask(query, signal)),
    gapsOf(id, signal),
  ]);
  return { control, total: start.total, start: start.place, gaps };
}
