import type { Endings } from '../../evidence/journal-reader.ts';
import type { Cause, Certainty, Party, Refusal } from '../../verdict/verdict.ts';
import { isCause, isParty } from '../../words/codes.ts';
import type { ConnectionQuery } from '../api.ts';

/** Connections that ended alike, in the words of verdicts. */
export interface Ended extends Endings {
  readonly closedBy: Party;
  readonly cause: Cause;
  readonly certainty: Certainty;
  readonly refusal: Refusal | null;
}

const REFUSALS: Readonly<Record<Refusal, true>> = {
  'missing-upgrade': true,
  'missing-connection': true,
  origin: true,
  unauthorized: true,
  'wrong-route': true,
  redirect: true,
  unreachable: true,
  protocol: true,
};

const isRefusal = (word: string): word is Refusal => Object.hasOwn(REFUSALS, word);

/** Words that this version does not know are another version's. */
export const inWords = (endings: Endings): Ended => ({
  ...endings,
  closedBy: isParty(endings.closedBy) ? endings.closedBy : 'unknown',
  cause: isCause(endings.cause) ? endings.cause : 'unknown',
  certainty: endings.certainty === 'certain' || endings.certainty === 'likely' ? endings.certainty : 'possible',
  refusal: endings.refusal !== null && isRefusal(endings.refusal) ? endings.refusal : null,
});

/** Whether the query is about such ends. */
export const isAsked = (ended: Ended, { closedBy, cause, certainty, hop }: ConnectionQuery): boolean =>
  (closedBy === undefined || ended.closedBy === closedBy) &&
  (cause === undefined || ended.cause === cause) &&
  (certainty === undefined || ended.certainty === certainty) &&
  (hop === undefined || ended.hop === hop);

/** Whether there was a WebSocket at all. */
export const wasOpen = ({ cause }: Ended): boolean => cause !== 'upgrade-refused';
