import { span } from '../../../words/times.ts';
import type { CheckedPath, PathHeader, PathOrigin, PathTimer } from '../../api.ts';
import { Safe } from '../parts/Safe.tsx';
import { PlaceLink } from './PlaceLink.tsx';
import './path.css';

const WORDS = { server: 'server', location: 'location', backend: 'goes to', outcome: 'ends' } as const;

/**
 * The way of one request: which server, which location, what the backend receives, which timers apply.
 * @param isPartial whether files were included that were not given
 */
export function Path({ path, isPartial }: { path: CheckedPath; isPartial: boolean }) {
  const { request, hops, steps, outcome, headers, timers } = path;
  return (
    <section class="card path-card" aria-labelledby="path-title">
      <h2 id="path-title">
        The way of <Safe class="mono" text={request} max={300} />
      </h2>
      {isPartial && <p>As far as can be told: what stands in the files that were not given may change it.</p>}
      <ol class="hops" data-outcome={outcome}>
        {hops.map(({ what, says, at }) => (
          <li key={what} data-what={what}>
            <span class="hop-what">{WORDS[what]}</span>
            <Safe class="mono hop-says" text={says} max={300} />
            {at !== null && <PlaceLink at={at} />}
          </li>
        ))}
      </ol>
      {steps.length > 0 && (
        <details>
          <summary>how nginx decides</summary>
          <ol class="steps">
            {steps.map(({ says, at }, place) => (
              <li key={place}>
                <Safe text={says} /> {at !== null && <PlaceLink at={at} />}
              </li>
            ))}
          </ol>
        </details>
      )}
      {timers.length > 0 && <Timers timers={timers} />}
      {headers.length > 0 && <Headers headers={headers} />}
    </section>
  );
}

function Headers({ headers }: { headers: readonly PathHeader[] }) {
  return (
    <table class="facts">
      <caption>
        What the backend receives <span class="muted">(the client’s address and key are made up)</span>
      </caption>
      <thead>
        <tr>
          <th scope="col">header</th>
          <th scope="col">value</th>
          <th scope="col">set by</th>
        </tr>
      </thead>
      <tbody>
        {headers.map((header, place) => (
          <tr key={place}>
            <th scope="row" class="mono">
              <Safe text={header.name} />
            </th>
            <td>
              <Value header={header} />
            </td>
            <td>
              <SetBy from={header.from} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value({ header: { value, written, from } }: { header: PathHeader }) {
  const template = <Safe class="mono" text={written} max={200} />;
  if (value !== null) {
    const shown = <Safe class="mono" text={value} max={500} />;
    if (from === 'client' || written === value) return shown;
    return (
      <>
        {shown} <span class="muted">from {template}</span>
      </>
    );
  }
  if (from === 'default') return <>{template} or none: that depends on nginx’s version</>;
  return (
    <>
      <span class="muted">not known:</span> {template}
    </>
  );
}

function Timers({ timers }: { timers: readonly PathTimer[] }) {
  return (
    <table class="facts">
      <caption>Time limits on the way</caption>
      <thead>
        <tr>
          <th scope="col">timer</th>
          <th scope="col">what it does</th>
          <th scope="col">set by</th>
        </tr>
      </thead>
      <tbody>
        {timers.map(({ name, ms, from, does, smallest }) => (
          <tr key={name} data-smallest={smallest}>
            <th scope="row">
              <span class="mono">{name}</span> <strong class="num">{ms === null ? 'not known' : span(ms)}</strong>
            </th>
            <td>
              {smallest && <strong>the first to cut an idle WebSocket: </strong>}
              <Safe text={does} title={false} />
            </td>
            <td>
              <SetBy from={from} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SetBy({ from }: { from: PathOrigin }) {
  if (from === 'default') return <span class="muted">nginx’s default</span>;
  if (from === 'client') return <span class="muted">the client</span>;
  return <PlaceLink at={from} />;
}
