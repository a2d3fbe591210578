import { z } from 'zod';
import type { Certainty } from '../../verdict/verdict.ts';
import { CAUSES, isCause, isParty, PARTIES } from '../../words/codes.ts';
import type { ConnectionQuery } from '../api.ts';
import { milliseconds, moment, oneOf, repeated, text, yesNo } from './query.ts';

/** Ids in one question. */
const MAX_IDS = 500;
/** Characters of a text that is searched for, and of a name. */
const LONGEST_TEXT = 200;

const CERTAINTIES: readonly string[] = ['certain', 'likely', 'possible'] satisfies Certainty[];
const isCertainty = (word: string): word is Certainty => CERTAINTIES.includes(word);

/** The parameters that choose connections: `ConnectionQuery`. */
export const connectionQuery = z.object({
  open: yesNo.exactOptional(),
  closedBy: oneOf(isParty, PARTIES).exactOptional(),
  cause: oneOf(isCause, CAUSES).exactOptional(),
  certainty: oneOf(isCertainty, CERTAINTIES).exactOptional(),
  hop: text(LONGEST_TEXT).exactOptional(),
  tap: text(LONGEST_TEXT).exactOptional(),
  text: text(LONGEST_TEXT).exactOptional(),
  since: moment.exactOptional(),
  until: moment.exactOptional(),
  idleFromMs: milliseconds.exactOptional(),
  idleToMs: milliseconds.exactOptional(),
  connection: repeated(MAX_IDS).exactOptional(),
}) satisfies z.ZodType<ConnectionQuery>;
