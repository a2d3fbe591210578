import type { Verdict } from '../../../../verdict/verdict.ts';
import { howCell } from '../../../../words/codes.ts';
import { harmless } from '../../../../words/harmless.ts';
import { relative, span } from '../../../../words/times.ts';
import type { ConnectionDetail } from '../../../api.ts';
import { CauseBadge, PartyName } from '../../parts/Badge.tsx';
import { Safe } from '../../parts/Safe.tsx';
import { endedAt } from '../the-end.ts';
import { Advice, Sentence } from './Advice.tsx';
import { Certainty } from './Certainty.tsx';
import { accusationOf } from './culprit.ts';
import { Measures } from './Measures.tsx';
import './verdict.css';

/** Who hung up, how, why, how sure; or, while nobody has, how it goes. */
export function Cards({ detail }: { detail: ConnectionDetail }) {
  const { verdict, serverLog, notes } = detail;
  if (verdict === null) {
    return (
      <div class="cards">
        <StillOpen detail={detail} />
        {notes.length > 0 && <Notes notes={notes} />}
      </div>
    );
  }
  const { remedy, witness, ruledOut } = verdict;
  return (
    <div class="cards" data-judged="true">
      <div class="main-cards">
        <WhoHungUp detail={detail} verdict={verdict} />
        <section class="card">
          <h2>In numbers</h2>
          <Measures detail={detail} />
        </section>
      </div>
      <div class="side-cards">
        {remedy !== null && (
          <section class="card">
            <h2>Change this</h2>
            <Advice remedy={remedy} />
          </section>
        )}
        {ruledOut.length > 0 && <RuledOut verdict={verdict} />}
        {witness !== null && (
          <section class="card">
            <h2>What would settle it</h2>
            <p>
              <Sentence text={witness} />
            </p>
          </section>
        )}
        {serverLog !== null && <ServerLog log={serverLog} />}
        {notes.length > 0 && <Notes notes={notes} />}
      </div>
    </div>
  );
}

function WhoHungUp({ detail, verdict }: { detail: ConnectionDetail; verdict: Verdict }) {
  const { closedBy, hop, cause, refusal, certainty, closeReason } = verdict;
  const { before, name, after } = accusationOf(verdict);
  // Evidence is told to the millisecond, the fraction cut off: so is what it is counted from.
  const close = Math.floor(endedAt(detail) ?? Date.parse(detail.openedAt));
  return (
    <section class="card hero" data-party={closedBy} aria-labelledby="who-hung-up">
      <p class="eyebrow" aria-hidden="true">
        Who hung up
      </p>
      <h1 id="who-hung-up">
        <bdi>
          {withUnits(harmless(before))}
          {name !== '' && <span class="culprit">{harmless(name)}</span>}
          {withUnits(harmless(after))}
        </bdi>
      </h1>
      <p class="badges">
        <span class="badge">
          <PartyName closedBy={closedBy} hop={hop} />
        </span>
        <CauseBadge cause={cause} closedBy={closedBy} refusal={refusal} />
        <span class="badge">
          {howCell(verdict)}
          {closeReason !== null && closeReason !== '' && (
            <span>
              “<Safe text={closeReason} max={130} />”
            </span>
          )}
        </span>
        <span class="badge">lived {span(detail.lifetimeMs)}</span>
        <Certainty certainty={certainty} />
      </p>
      <h2>Evidence, in time before (−) and after (+) the first closing act</h2>
      <ol class="evidence">
        {verdict.evidence.map(({ at, source, says }) => (
          <li key={`${at} ${source} ${says}`}>
            <time dateTime={at} title={at} class="num">
              {relative(Date.parse(at), close)}
            </time>
            <span class="source" data-party={PARTY_OF[source] ?? 'unknown'}>
              {harmless(source)}
            </span>
            <Safe text={says} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** A number and its unit stay on one line. */
const withUnits = (text: string): string => text.replaceAll(/(\d) (?=(?:ms|s|m|h|bytes)\b)/g, '$1\u00a0');

/** Whose colour a source of evidence has. */
const PARTY_OF: Readonly<Record<string, string>> = {
  'client-leg': 'client',
  'server-leg': 'server',
  hangup: 'gateway',
};

function StillOpen({ detail }: { detail: ConnectionDetail }) {
  const closing = detail.state !== 'open';
  const idle = detail.idle.anyMs;
  return (
    <section class="card hero" aria-labelledby="who-hung-up">
      <p class="eyebrow" aria-hidden="true">
        Who hung up
      </p>
      <h1 id="who-hung-up">
        {closing
          ? 'It has just ended: the verdict is on its way.'
          : `Nobody: it is open for ${span(detail.lifetimeMs)}${idle === null ? '' : `, idle for ${span(idle)}`}.`}
      </h1>
      <Measures detail={detail} />
    </section>
  );
}

function Notes({ notes }: { notes: readonly string[] }) {
  return (
    <section class="card">
      <h2>To know of this connection</h2>
      <ul class="notes">
        {notes.map((note) => (
          <li key={note}>
            <Safe text={note} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function RuledOut({ verdict }: { verdict: Verdict }) {
  return (
    <section class="card">
      <h2>Ruled out</h2>
      <dl class="ruled-out">
        {verdict.ruledOut.map(({ who, because }) => (
          <div key={who}>
            <dt data-party={who}>
              <Safe text={who} />
            </dt>
            <dd>
              <Safe text={because} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function ServerLog({ log }: { log: NonNullable<ConnectionDetail['serverLog']> }) {
  return (
    <section class="card">
      <h2>Mattermost’s own log</h2>
      <p>
        <code class="log-line">{harmless(log.line)}</code> <span class="badge">{harmless(log.level)}</span>
      </p>
      <p>
        <Sentence text={log.note} />
      </p>
    </section>
  );
}
