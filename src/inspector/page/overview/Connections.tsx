import { Failure } from '../parts/Failure.tsx';
import { Loading } from '../parts/Loading.tsx';
import { Chips } from './Chips.tsx';
import { Lines } from './Lines.tsx';
import { NothingMatches } from './NothingMatches.tsx';
import { load } from './news.ts';
import { items, listFailure, loading } from './store.ts';
import { Toolbar } from './Toolbar.tsx';

/** The list of connections, and what narrows it. */
export function Connections() {
  const failure = listFailure.value;
  const empty = items.value.length === 0;
  return (
    <section class="card connections" id="connections" aria-labelledby="connections-title" tabIndex={-1}>
      <div class="bar">
        <h2 id="connections-title">Connections</h2>
        <Toolbar />
      </div>
      <Chips />
      {failure !== null && <Failure says={failure} retry={load} />}
      {empty && loading.value === 'first' && <Loading what="the connections" />}
      {empty && loading.value === null && failure === null && <NothingMatches />}
      {!empty && <Lines />}
    </section>
  );
}
