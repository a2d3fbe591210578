import type { Party } from '../../../verdict/verdict.ts';
import type { ConnectionDetail } from '../../api.ts';
import { Safe } from '../parts/Safe.tsx';
import { TakeAlong } from './TakeAlong.tsx';

/** Whose connection it is, by which way it came, and what it asked for. */
export function Who({ detail }: { detail: ConnectionDetail }) {
  const { user, client, url, trace } = detail;
  return (
    <section class="who" aria-label="Whose connection">
      <TakeAlong detail={detail} />
      <p class="who-is">
        {user !== null && <Safe text={user.name === null ? `user ${user.id}` : `@${user.name}`} class="who-name" />}
        <span>
          {client.forwardedFor !== null && (
            <>
              <Safe text={client.forwardedFor} class="mono" />
              <span class="muted"> as the proxies say, through </span>
            </>
          )}
          <Safe text={client.peer} class="mono" />
          {client.forwardedFor === null && <span class="muted"> by its socket</span>}
        </span>
        <Path detail={detail} />
      </p>
      <p class="who-asks muted">
        <Safe text={url} class="mono" />
        {client.userAgent !== null && (
          <span>
            {' · '}
            <Safe text={client.userAgent} max={300} />
          </span>
        )}
        {trace !== null && (
          <span>
            {' · trace '}
            <Safe text={trace} class="mono" />
          </span>
        )}
      </p>
    </section>
  );
}

/** `client → nginx → hangup (tap inner) → server` */
function Path({ detail: { behind, before, tap } }: { detail: ConnectionDetail }) {
  const hops: readonly (readonly [party: Party, name: string | null])[] = [
    ['client', 'client'],
    ['proxy', behind],
    ['gateway', `hangup (tap ${tap})`],
    ['proxy', before],
    ['server', 'server'],
  ];
  return (
    <span class="path">
      {hops.map(
        ([party, name]) =>
          name !== null && (
            <span data-party={party}>
              {party !== 'client' && ' → '}
              <Safe text={name} />
            </span>
          ),
      )}
    </span>
  );
}
