import { useEffect, useRef, useState } from 'preact/hooks';
import { whoCell } from '../../../words/codes.ts';
import { span } from '../../../words/times.ts';
import type { ConnectionDetail } from '../../api.ts';
import { Lanes } from '../lanes/Lanes.tsx';
import { Failure } from '../parts/Failure.tsx';
import { Loading } from '../parts/Loading.tsx';
import './connection.css';
import { useDetail } from './detail.ts';
import { Frames } from './frames/Frames.tsx';
import { Missing } from './Missing.tsx';
import { Upgrade } from './upgrade/Upgrade.tsx';
import { Cards } from './verdict/Cards.tsx';
import { Who } from './Who.tsx';

/** `/connections/ID`: everything that is known of one connection, kept up to date while it is open. */
export function ConnectionPage({ id }: { id: string }) {
  const { detail, failure, retry } = useDetail(id);
  const news = useEnd(detail);
  useEffect(() => {
    document.title = detail === null ? `${id} · hangup` : titleOf(detail);
  }, [id, detail]);
  if (detail === null) {
    if (failure === null) return <Loading what="this connection" />;
    return failure.status === 404 ? (
      <Missing id={id} says={failure.message} />
    ) : (
      <Failure says={failure.message} retry={retry} />
    );
  }
  return (
    <article class="connection">
      <p class="hidden" aria-live="polite">
        {news}
      </p>
      {failure !== null && <Failure says={`${failure.message}; what is shown may be old`} retry={retry} />}
      <Who detail={detail} />
      <Cards detail={detail} />
      <Lanes detail={detail} />
      <Frames key={detail.connection} detail={detail} />
      <Upgrade detail={detail} />
    </article>
  );
}

/** Who hung up, for the browser's tabs and its history. */
function titleOf({ connection, state, verdict, lifetimeMs }: ConnectionDetail): string {
  const ended = state === 'open' ? `open for ${span(lifetimeMs)}` : 'closing';
  return `${verdict === null ? ended : `${whoCell(verdict)}: ${verdict.cause}`} · ${connection} · hangup`;
}

/** What those who hear the page are told when the connection ends before their eyes. */
function useEnd(detail: ConnectionDetail | null): string {
  const [news, tell] = useState('');
  const last = useRef<ConnectionDetail | null>(null);
  useEffect(() => {
    const before = last.current;
    last.current = detail;
    if (detail?.verdict == null || before === null || before.connection !== detail.connection) return;
    const { summary } = detail.verdict;
    if (before.verdict === null) tell(`This connection has just ended. ${summary}`);
    else if (before.verdict.summary !== summary) tell(`The verdict has changed. ${summary}`);
  }, [detail]);
  return news;
}
