/** Everything that can be wrong with a journal, as a program asks for it. */
export type JournalTrouble =
  | 'no-journal'
  | 'in-use'
  | 'not-a-folder'
  | 'not-writable'
  | 'corrupt'
  | 'newer-schema'
  | 'full'
  | 'busy'
  | 'io'
  | 'failed';

/** A trouble as plain data: it crosses from the worker to the main thread. */
export interface TroubleReport {
  readonly code: JournalTrouble;
  /** One sentence for an operator. */
  readonly says: string;
}

/** The message is one sentence for an operator that says what to do. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code: JournalTrouble;

  constructor(code: JournalTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Primary result codes of SQLite (https://sqlite.org/rescode.html); the extended part is in the bits above 8. */
const SQLITE_PERM = 3;
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

function resultCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return error.errcode & 0xff;
}

/** What an error thrown while working on the journal in `folder` means to its operator. Never throws. */
export function troubleOf(error: unknown, folder: string): TroubleReport {
  if (error instanceof JournalError) return { code: error.code, says: error.message };
  const detail = error instanceof Error ? error.message : String(error);
  switch (resultCode(error)) {
    case SQLITE_FULL:
      return { code: 'full', says: `no space left for the journal in ${folder}: free some disk space` };
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return { code: 'busy', says: `another program has locked the journal in ${folder}: end it` };
    case SQLITE_IOERR:
      return { code: 'io', says: `the disk failed under the journal in ${folder} (${detail}): check the disk` };
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {
        code: 'corrupt',
        says: `the journal in ${folder} is damaged (${detail}): move journal.db away and a new one is started`,
      };
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return {
        code: 'not-writable',
        says: `the journal in ${folder} cannot be opened (${detail}): check the owner and the mode of the folder and its files`,
      };
    default:
      return { code: 'failed', says: `the journal in ${folder} failed: ${detail}` };
  }
}

export const errorOf = (trouble: TroubleReport): JournalError => new JournalError(trouble.code, trouble.says);
