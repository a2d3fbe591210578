import { causeWords } from '../../../words/codes.ts';
import { grouped, span } from '../../../words/times.ts';
import { CertaintyBadge, PartyName } from '../parts/Badge.tsx';
import { Path, type Place, When } from './Line.tsx';
import type { MassClose } from './mass-close.ts';

type MassLineProps = Place & { readonly mass: MassClose; readonly open: boolean };

/** Several connections that the same hop ended at once: one event, one line. */
export function MassLine({ mass, index, tabbed, open }: MassLineProps) {
  const [newest] = mass.members;
  const { cause, certainty, idleMs, spreadMs } = mass;
  return (
    <tr
      class="row row-mass"
      aria-rowindex={index + 2}
      aria-level={1}
      aria-expanded={open}
      tabIndex={tabbed ? 0 : -1}
      data-key={mass.key}
      data-party={mass.verdict.closedBy}
    >
      <td class="row-when">{newest?.closedAt != null && <When at={newest.closedAt} />}</td>
      <td class="row-who">
        <span class="cut">
          <span class="row-twist" aria-hidden="true" />
          <strong>{grouped(mass.members.length)} connections</strong>
        </span>
        <span class="row-under cut">{open ? 'shown below' : 'at once'}</span>
      </td>
      <td class="row-path">{newest !== undefined && <Path {...newest} />}</td>
      <td class="row-verdict">
        <span class="cut">
          <PartyName {...mass.verdict} />
        </span>
      </td>
      <td class="row-why">
        <span class="row-reason">
          <span class="cut">{cause === null ? 'several causes' : causeWords(cause)}</span>
          {certainty !== null && <CertaintyBadge certainty={certainty} />}
        </span>
        <span class="row-under cut">{spreadMs < 1 ? 'all at the same moment' : `all within ${span(spreadMs)}`}</span>
      </td>
      <td class="row-silence num">
        <Silences range={idleMs} />
      </td>
      <td class="row-lived num">–</td>
      <td class="row-frames num">–</td>
      <td class="row-ping num">–</td>
    </tr>
  );
}

function Silences({ range }: { range: MassClose['idleMs'] }) {
  if (range === null) return '–';
  const [from, to] = [span(range[0]), span(range[1])];
  return (
    <>
      {from}
      {from !== to && ' '}
      {from !== to && <span class="row-under cut">to {to}</span>}
    </>
  );
}
