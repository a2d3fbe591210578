import { Safe } from '../parts/Safe.tsx';
import { wayBack } from './back.ts';

/** @param says what the API said of it */
export function Missing({ id, says }: { id: string; says: string }) {
  return (
    <section class="card missing">
      <h1>
        Connection <Safe text={id} max={80} /> is not here
      </h1>
      <p>
        hangup says: <Safe text={says} />. It may have been forgotten: closed connections are kept for as long as{' '}
        <code>--keep</code> and <code>--max-disk</code> allow, the oldest go first. Or the link came from another
        hangup.
      </p>
      <p>
        <a href={wayBack()}>Back to the connections</a>
      </p>
    </section>
  );
}
