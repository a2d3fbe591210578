import { grouped } from '../../../words/times.ts';
import type { Summary, TapView } from '../../api.ts';
import { CopyButton } from '../parts/CopyButton.tsx';
import { Failure } from '../parts/Failure.tsx';
import { Loading } from '../parts/Loading.tsx';
import { Safe } from '../parts/Safe.tsx';
import { load } from './news.ts';
import { summary, summaryFailure } from './store.ts';

/** One sentence on the situation, what to make of it, and what one must know to read the rest rightly. */
export function Situation() {
  const known = summary.value;
  const failure = summaryFailure.value;
  return (
    <section class="card situation" aria-labelledby="situation" data-party={known?.groups[0]?.closedBy}>
      <h2 id="situation" class="hidden">
        The situation
      </h2>
      <p class="sentence" aria-live="polite">
        {known !== null && <Sentence summary={known} />}
      </p>
      {known === null && failure === null && <Loading what="the situation" />}
      {failure !== null && <Failure says={failure} retry={load} />}
      {known !== null && <Notes summary={known} />}
      {known !== null && isUntouched(known) && <HowToBegin taps={known.taps} />}
    </section>
  );
}

function Sentence({ summary: { says, advice } }: { summary: Summary }) {
  return (
    <>
      <strong>
        <Plain text={says} />
      </strong>{' '}
      {advice !== null && (
        <span class="muted">
          <Plain text={advice} />
        </span>
      )}
    </>
  );
}

/** Words of hangup's own, in which names of others may stand. */
const Plain = ({ text }: { text: string }) => <Safe text={text} title={false} />;

function Notes({ summary: { notes, recording } }: { summary: Summary }) {
  const { on, why, droppedFrames } = recording;
  if (on && droppedFrames === 0 && notes.length === 0) return null;
  return (
    <ul class="situation-notes" aria-label="to know">
      {!on && (
        <li>
          <strong>Nothing is recorded now</strong>
          {why !== null && (
            <>
              : <Plain text={why} />
            </>
          )}
          . Traffic is relayed as before; what happens meanwhile will be missing here.
        </li>
      )}
      {droppedFrames > 0 && (
        <li>
          {grouped(droppedFrames)} {droppedFrames === 1 ? 'frame was' : 'frames were'} not recorded because the disk was
          too slow; closes and verdicts are complete.
        </li>
      )}
      {notes.map((note) => (
        <li key={note}>
          <Plain text={note} />
        </li>
      ))}
    </ul>
  );
}

/** Nothing came through yet, and nothing hides it. */
const isUntouched = ({ open, closed, taps }: Summary): boolean =>
  open === 0 && closed === 0 && taps.every((tap) => tap.open === 0);

function HowToBegin({ taps }: { taps: readonly TapView[] }) {
  if (taps.length === 0) return null;
  return (
    <div class="begin">
      <p>Point clients, or the proxy before Mattermost, at a tap; what goes through it appears here at once.</p>
      <dl>
        {taps.map((tap) => (
          <div key={tap.name}>
            <dt>
              <Safe text={tap.name} />
            </dt>
            <dd>
              <code>
                <Safe text={tap.listen} />
              </code>{' '}
              <CopyButton text={tap.listen} what={`the address of tap ${tap.name}`} />{' '}
              <span class="muted">
                leads to <Safe text={tap.target} />
                {tap.behind !== null && (
                  <>
                    , behind <Safe text={tap.behind} />
                  </>
                )}
                {tap.before !== null && (
                  <>
                    , before <Safe text={tap.before} />
                  </>
                )}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
