import type { Header, UpgradeAnswered, UpgradeRequested } from '../../../../evidence/fact.ts';
import { harmless } from '../../../../words/harmless.ts';
import type { ConnectionDetail } from '../../../api.ts';
import { Safe } from '../../parts/Safe.tsx';
import { absentHeaders } from './absent-headers.ts';
import { diffHeaders, type HeaderRow } from './header-diff.ts';
import './upgrade.css';

/** Characters of a header's value that are drawn; Node takes 16 KiB of head in all, and the export has it. */
const MOST_LETTERS = 1000;

/** How a row's difference is told without its colour. */
const SIGNS: Readonly<Record<HeaderRow['kind'], readonly [sign: string, word: string]>> = {
  same: ['', ''],
  added: ['+', 'added'],
  changed: ['~', 'changed'],
  removed: ['−', 'removed'],
};

/** The upgrade, hop by hop: what came, what went on, what was answered. */
export function Upgrade({ detail }: { detail: ConnectionDetail }) {
  const { request, sent, answer } = detail.upgrade;
  return (
    <section class="card upgrade" aria-labelledby="upgrade-title">
      <h2 id="upgrade-title">The upgrade, hop by hop</h2>
      {request === null ? (
        <p class="muted">The request is not in the record.</p>
      ) : (
        <Request detail={detail} request={request} sent={sent} />
      )}
      {answer === null ? (
        <p class="muted">No answer was seen.</p>
      ) : (
        <Answer answer={answer} from={detail.before ?? 'the server'} />
      )}
    </section>
  );
}

function Request({
  detail,
  request,
  sent,
}: {
  detail: ConnectionDetail;
  request: UpgradeRequested;
  sent: readonly Header[] | null;
}) {
  // What was not sent on cannot differ.
  const rows = diffHeaders(request.headers, sent ?? request.headers);
  const differences = rows.filter(({ kind }) => kind !== 'same').length;
  const from = detail.behind ?? 'the client';
  const to = detail.before ?? 'the server';
  return (
    <>
      <p class="request-line mono">
        <Safe text={`${request.method} ${request.url} HTTP/${request.httpVersion}`} max={MOST_LETTERS} />
      </p>
      <table class="headers">
        <caption>
          {sent === null
            ? `It was not sent on to ${harmless(to)}.`
            : differences === 0
              ? 'Sent on as it came: no line added, changed or removed.'
              : `${differences} of ${rows.length} lines differ.`}
        </caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="hidden">difference</span>
            </th>
            <th scope="col">
              received from <Safe text={from} />
            </th>
            {sent !== null && (
              <th scope="col">
                sent to <Safe text={to} />
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {absentHeaders(request.missing, request.headers).map(({ name, value, says }) => (
            <tr key={name} data-kind="absent">
              <td class="difference">
                <span aria-hidden="true">!</span> missing
              </td>
              <td colSpan={sent === null ? 1 : 2}>
                <span class="line mono">
                  <s>
                    {name}: {value}
                  </s>
                </span>{' '}
                {says}
              </td>
            </tr>
          ))}
          {rows.map((row, place) => (
            <Row key={place} row={row} wasSent={sent !== null} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function Row({ row, wasSent }: { row: HeaderRow; wasSent: boolean }) {
  const [sign, word] = SIGNS[row.kind];
  return (
    <tr data-kind={row.kind}>
      <td class="difference">
        {word !== '' && (
          <>
            <span aria-hidden="true">{sign}</span> {word}
          </>
        )}
      </td>
      <td data-leg="received">
        <Line header={row.received} />
      </td>
      {wasSent && (
        <td data-leg="sent">
          <Line header={row.sent} />
        </td>
      )}
    </tr>
  );
}

/** A line as it stood on the wire; what hangup has masked says so. */
function Line({ header }: { header: Header | null }) {
  if (header === null) return <span class="muted">–</span>;
  const [name, value] = header;
  const masked = value.includes('***');
  return (
    <span class="line mono" title={masked ? 'masked by hangup' : undefined}>
      <b>{harmless(name)}</b>: <Safe text={value} max={MOST_LETTERS} />
      {masked && <span class="hidden"> (masked by hangup)</span>}
    </span>
  );
}

function Answer({ answer, from }: { answer: UpgradeAnswered; from: string }) {
  const { httpVersion, status, reason, headers, body, own } = answer;
  return (
    <>
      <h3>
        {own ? 'The answer, written by hangup itself' : 'The answer of '}
        {!own && <Safe text={from} />}
        {!own && ', passed on as it came'}
      </h3>
      <p class="request-line mono" data-refused={status !== 101}>
        <Safe text={`HTTP/${httpVersion} ${status} ${reason}`.trimEnd()} />
      </p>
      <ul class="answer-headers">
        {headers.map((header, place) => (
          <li key={place}>
            <Line header={header} />
          </li>
        ))}
      </ul>
      {body !== null && body !== '' && (
        <>
          <h3>Its body{body.length >= 2048 && ', the first 2 KiB'}</h3>
          <pre class="body">{body.split(/\r?\n/).map(harmless).join('\n')}</pre>
        </>
      )}
    </>
  );
}
