import type { Cause, Certainty, Party, Refusal } from '../../../verdict/verdict.ts';
import { causeWords, whoCell } from '../../../words/codes.ts';

/** The contract's own word, for it is what `--cause` and `?cause=` take; its meaning in words is the title. */
export function CauseBadge({
  cause,
  closedBy,
  refusal = null,
}: {
  cause: Cause;
  closedBy?: Party;
  refusal?: Refusal | null;
}) {
  return (
    <span class="badge mono" data-party={closedBy} title={causeWords(cause)}>
      {refusal === null ? cause : `${cause}: ${refusal}`}
    </span>
  );
}

/** How sure a verdict is: a word, and a disc that is full, half or empty. */
export function CertaintyBadge({ certainty }: { certainty: Certainty }) {
  return (
    <span class="badge" data-certainty={certainty}>
      <span class="disc" aria-hidden="true" />
      {certainty}
    </span>
  );
}

/** Who acted first: the hop's name, else the party's, in the party's colour. */
export function PartyName({ closedBy, hop }: { closedBy: Party; hop: string | null }) {
  const name = whoCell({ closedBy, hop });
  return (
    <bdi class="party" data-party={closedBy} title={name === closedBy ? name : `${name} (${closedBy})`}>
      {name}
    </bdi>
  );
}
