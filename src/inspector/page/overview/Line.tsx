import { Component } from 'preact';
import { causeWords, howCell } from '../../../words/codes.ts';
import { clock, grouped, span } from '../../../words/times.ts';
import { CertaintyBadge, PartyName } from '../parts/Badge.tsx';
import { Safe } from '../parts/Safe.tsx';
import { pageOf } from './line-acts.ts';
import type { Row } from './row.ts';

export interface Place {
  /** Place in the whole list, from 0. */
  readonly index: number;
  /** Whether Tab leads to it. */
  readonly tabbed: boolean;
}

type LineProps = Place & { readonly row: Row; readonly member: boolean };

/** One connection. Drawn again only when something of it changed. */
export class Line extends Component<LineProps> {
  override shouldComponentUpdate(next: LineProps): boolean {
    const { row, member, index, tabbed } = this.props;
    return next.row !== row || next.member !== member || next.index !== index || next.tabbed !== tabbed;
  }

  override render({ row, member, index, tabbed }: LineProps) {
    const { id, verdict } = row;
    return (
      <tr
        class="row"
        aria-rowindex={index + 2}
        aria-level={member ? 2 : 1}
        tabIndex={tabbed ? 0 : -1}
        data-key={id}
        data-state={row.state}
        data-member={member}
      >
        <td class="row-when">
          <a href={pageOf(id)} tabIndex={-1}>
            {row.closedAt === null ? <State state={row.state} /> : <When at={row.closedAt} />}
          </a>
        </td>
        <td class="row-who">
          <Who row={row} />
        </td>
        <td class="row-path">
          <Path {...row} />
        </td>
        <td class="row-verdict">
          {verdict !== null && (
            <>
              <span class="cut">
                <PartyName closedBy={verdict.closedBy} hop={verdict.hop} />
              </span>
              <span class="row-under cut">{howCell(verdict)}</span>
            </>
          )}
        </td>
        <td class="row-why">
          <Why row={row} />
        </td>
        <td class="row-silence num">{row.idleMs === null ? '–' : span(row.idleMs)}</td>
        <td class="row-lived num">{span(row.lifetimeMs)}</td>
        <td class="row-frames num">
          {grouped(row.frames.client)} / {grouped(row.frames.server)}
        </td>
        <td class="row-ping num">{pings(row)}</td>
      </tr>
    );
  }
}

/** The time of day; below it the date, when it was another day. @param at ms since the epoch */
export function When({ at }: { at: number }) {
  const [time, date] = clock(at, Date.now()).split(' ').toReversed();
  const iso = new Date(at).toISOString();
  return (
    <time class="num" dateTime={iso} title={iso}>
      {time}
      {date !== undefined && <span class="row-under cut">{date}</span>}
    </time>
  );
}

const State = ({ state }: { state: Row['state'] }) => (
  <span class="row-state">
    <span class="disc" aria-hidden="true" />
    {state}
  </span>
);

/** Mattermost's name for who it is, else the program's own; below it the address, as it was reported and as the socket says it. */
function Who({ row: { userName, userId, userAgent, forwardedFor, peer } }: { row: Row }) {
  const name = userName === null ? userId : `@${userName}`;
  return (
    <>
      <span class="cut">
        {name !== null && <Safe text={name} class="row-name" />}
        {name === null && (userAgent === null ? '–' : <Safe text={userAgent} class="muted" />)}
      </span>
      <span class="row-under cut mono">
        {forwardedFor !== null && (
          <>
            <Safe text={forwardedFor} />
            <span> via </span>
          </>
        )}
        <Safe text={peer} />
      </span>
    </>
  );
}

/** `nginx → inner → mattermost`: the tap between its neighbours. */
export function Path({ tap, behind, before }: Pick<Row, 'tap' | 'behind' | 'before'>) {
  return (
    <span class="row-wrap muted">
      {behind !== null && (
        <>
          <Safe text={behind} />
          <span> → </span>
        </>
      )}
      <Safe text={tap} class="row-tap" />
      {before !== null && (
        <>
          <span> → </span>
          <Safe text={before} />
        </>
      )}
    </span>
  );
}

function Why({ row: { verdict, gapsOver60s, kept } }: { row: Row }) {
  if (verdict === null) {
    if (gapsOver60s === 0) return null;
    const gaps = `${gapsOver60s} ${gapsOver60s === 1 ? 'gap' : 'gaps'} over 60 s`;
    return <span class="muted cut">{kept ? `${gaps}, bridged by pings` : gaps}</span>;
  }
  const { cause, refusal, certainty, summary } = verdict;
  return (
    <>
      <span class="row-reason">
        <span class="cut">{refusal === null ? causeWords(cause) : `${causeWords(cause)}: ${refusal}`}</span>
        <CertaintyBadge certainty={certainty} />
      </span>
      <span class="row-under cut">
        <Safe text={summary} />
      </span>
    </>
  );
}

function pings({ roundTripMs: { client, server } }: Row): string {
  if (client === null && server === null) return '–';
  return `${short(client)} / ${short(server)}${server === null && client === null ? '' : ' ms'}`;
}

/** Round trips are told to a tenth of a millisecond below ten. */
const short = (ms: number | null): string => (ms === null ? '–' : ms < 10 ? ms.toFixed(1) : grouped(Math.round(ms)));
