import { useEffect, useState } from 'preact/hooks';
import type { IndexedFrame } from '../../../../evidence/journal-reader.ts';
import { opcodeName } from '../../../../wire/opcodes.ts';
import { grouped } from '../../../../words/times.ts';
import type { PayloadView } from '../../../api.ts';
import { ApiFailure, getJson } from '../../http.ts';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { bytesWords } from '../bytes-words.ts';
import { pathOf } from '../detail.ts';
import { bytesOf, hexDump } from './hex-dump.ts';
import { layOutJson, looksLikeJson } from './json-layout.ts';
import './payload.css';
import { textBlocks } from './text-blocks.ts';

/** Bytes shown at first. */
const FIRST_BYTES = 65_536;
/** Whoever walks through the list with the arrow keys held down does not ask for each payload, in ms. */
const PAUSE_MS = 120;
/** A row of the hex dump has this many bytes; 16 do not fit where the page is narrower. */
const wide = window.matchMedia('(min-width: 640px)');

/** What was kept of a frame's payload. Its text is shown as text, whatever it says. */
export function Payload({ id, frame, close }: { id: string; frame: IndexedFrame; close(): void }) {
  const [shown, show] = useState<{ readonly index: number; readonly is: PayloadView | Error } | null>(null);
  const [limit, raise] = useState({ index: frame.index, bytes: FIRST_BYTES });
  const bytes = limit.index === frame.index ? limit.bytes : FIRST_BYTES;
  useEffect(() => {
    const controller = new AbortController();
    const { index } = frame;
    const load = (): void => {
      getJson<PayloadView>(`${pathOf(id)}/frames/${index}/payload`, { limit: bytes }, controller.signal).then(
        (is) => show({ index, is }),
        (error: unknown) => {
          if (!controller.signal.aborted)
            show({ index, is: error instanceof Error ? error : new Error(String(error)) });
        },
      );
    };
    const timer = setTimeout(load, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [id, frame.index, bytes]);
  const is = shown?.index === frame.index ? shown.is : null;
  return (
    <section class="payload" aria-labelledby="payload-title">
      <div class="payload-head">
        <h3 id="payload-title">
          Frame <span class="num">{grouped(frame.index)}</span>: {opcodeName(frame.opcode)},{' '}
          <span class="num">{grouped(frame.length)}</span> {frame.length === 1 ? 'byte' : 'bytes'}
        </h3>
        <button type="button" class="button" onClick={close}>
          close
        </button>
      </div>
      {is === null && <Loading what="the payload" />}
      {is instanceof Error && <NoPayload error={is} />}
      {is !== null && !(is instanceof Error) && (
        <Content payload={is} all={() => raise({ index: frame.index, bytes: is.kept })} />
      )}
    </section>
  );
}

function NoPayload({ error }: { error: Error }) {
  if (!(error instanceof ApiFailure) || error.status !== 404) return <Failure says={error.message} />;
  return (
    <p class="muted">
      This payload was not kept. <code>--payload events</code> keeps names, sizes and ids of Mattermost’s events,{' '}
      <code>--payload full</code> keeps payloads whole, for connections opened from then on.
    </p>
  );
}

function Content({ payload, all }: { payload: PayloadView; all(): void }) {
  const { kept, length, text, base64, cut } = payload;
  const blocks =
    text !== null
      ? textBlocks(looksLikeJson(text) ? layOutJson(text) : text)
      : textBlocks(hexDump(bytesOf(base64 ?? ''), wide.matches ? 16 : 8).join('\n'));
  return (
    <>
      <p class="payload-tools">
        {kept < length && <span class="muted">{grouped(kept)} bytes of it were kept.</span>}
        {text !== null && (
          <CopyButton text={text} label={cut ? 'copy what is shown' : 'copy'} what="the payload as it came" />
        )}
        {cut && (
          <button type="button" class="button" onClick={all}>
            show all ({bytesWords(kept)})
          </button>
        )}
      </p>
      {kept === 0 ? (
        <p class="muted">It was empty.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard (WCAG 2.1.1)
        <section class="payload-text" tabIndex={0} aria-label="Payload">
          <pre class={text === null ? 'hex' : undefined}>
            {blocks.map((block, i) => (
              <span class="block" key={i}>
                {block}
              </span>
            ))}
          </pre>
        </section>
      )}
    </>
  );
}
