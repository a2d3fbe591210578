import type { ConnectionDetail } from '../../api.ts';
import { address } from '../address.ts';
import { urlOf } from '../http.ts';
import { CopyButton } from '../parts/CopyButton.tsx';
import { Menu } from '../parts/Menu.tsx';
import { pathOf } from './detail.ts';

/** What can be taken along: the link to this view, and what the API has of this connection. */
export function TakeAlong({ detail: { connection, verdict } }: { detail: ConnectionDetail }) {
  return (
    <div class="take-along">
      <CopyButton text={address.value.href} label="copy link" />
      <Menu label="export">
        <li>
          <a href={urlOf(pathOf(connection), { download: true })} download>
            this connection, JSON
          </a>
        </li>
        <li>
          <a href={urlOf(`${pathOf(connection)}/frames`, { format: 'ndjson' })} download>
            its frames, NDJSON
          </a>
        </li>
        {verdict !== null && (
          <li>
            <CopyButton text={JSON.stringify(verdict, null, 2)} label="copy the verdict, JSON" />
          </li>
        )}
      </Menu>
    </div>
  );
}
