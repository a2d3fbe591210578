import { SPANS } from '../overview/chips.ts';
import { filter, narrow, summary } from '../overview/store.ts';
import { cutText, Safe } from '../parts/Safe.tsx';
import { LiveDot } from './LiveDot.tsx';

/** Where one is, whether it is live, and what narrows the whole overview. @param connection its id on a connection's page */
export function Header({ connection, isCheck }: { connection: string | null; isCheck: boolean }) {
  const isOverview = connection === null && !isCheck;
  return (
    <header class="top">
      <a class="wordmark" href="/">
        hangup
      </a>
      <nav aria-label="where you are" class="cut">
        {isOverview ? <span aria-current="page">Connections</span> : <a href={overviewAddress()}>Connections</a>}
        {connection !== null && (
          <>
            <span aria-hidden="true"> › </span>
            <span aria-current="page" class="mono">
              <Safe text={connection} />
            </span>
          </>
        )}
        <span aria-hidden="true"> · </span>
        {isCheck ? <span aria-current="page">nginx check</span> : <a href="/check">nginx check</a>}
      </nav>
      <div class="controls">
        {!isCheck && <LiveDot />}
        {isOverview && <TapChoice />}
        {isOverview && <TimeChoice />}
      </div>
    </header>
  );
}

/** Back to the overview as it was left. */
function overviewAddress(): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(filter.value)) {
    if (value !== null) query.set(key, String(value));
  }
  return `/?${query}`;
}

function TapChoice() {
  const { tap } = filter.value;
  const names = new Set(summary.value?.taps.map(({ name }) => name));
  if (tap !== null) names.add(tap);
  return (
    <span class="choice">
      <label for="choice-tap">tap</label>
      <select
        id="choice-tap"
        value={tap ?? ''}
        onChange={({ currentTarget: { value } }) => narrow({ tap: value || null })}
      >
        <option value="">all</option>
        {[...names].map((name) => (
          <option key={name} value={name}>
            {cutText(name, 60)}
          </option>
        ))}
      </select>
    </span>
  );
}

function TimeChoice() {
  const { since, until } = filter.value;
  const known = until === null && SPANS.some((each) => each.since === (since ?? ''));
  const choose = (value: string) => narrow({ since: value || null, until: null });
  return (
    <span class="choice">
      <label for="choice-time">closed</label>
      <select
        id="choice-time"
        value={known ? (since ?? '') : 'other'}
        onChange={({ currentTarget: { value } }) => choose(value)}
      >
        {!known && (
          <option value="other" disabled>
            as chosen below
          </option>
        )}
        {SPANS.map((each) => (
          <option key={each.since} value={each.since}>
            {each.words}
          </option>
        ))}
      </select>
    </span>
  );
}
