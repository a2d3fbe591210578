import { SettingsError } from '../../settings/source.ts';
import type { Cause, Party } from '../../verdict/verdict.ts';
import { CAUSES, isCause, isParty, PARTIES } from '../../words/codes.ts';
import { parseDuration } from '../../words/duration.ts';
import { nearest } from '../../words/near.ts';

/** The flags of `report` as the command line gave them. */
export interface ReportFlags {
  readonly data?: string;
  readonly json?: boolean;
  readonly since?: string;
  readonly closedBy?: string;
  readonly cause?: string;
  readonly connection?: string;
  readonly open?: boolean;
}

/** What to report of, checked. null where everything is wanted. */
export interface Filters {
  /** A length of time up to now, in ms. */
  readonly withinMs: number | null;
  readonly closedBy: Party | null;
  readonly cause: Cause | null;
  readonly connection: string | null;
  readonly open: boolean;
}

/** @throws SettingsError naming what is allowed */
export function readFilters(flags: ReportFlags): Filters {
  const { since = null, closedBy = null, cause = null, connection = null, open = false } = flags;
  if (closedBy !== null && !isParty(closedBy)) throw notOneOf('--closed-by', closedBy, PARTIES);
  if (cause !== null && !isCause(cause)) throw notOneOf('--cause', cause, CAUSES);
  const narrowing = [
    ['--since', since],
    ['--closed-by', closedBy],
    ['--cause', cause],
  ] as const;
  const [flag] = narrowing.find(([, value]) => value !== null) ?? [];
  if (open && flag !== undefined) throw refusal(flag, 'is about closed connections; leave it out with --open');
  if (connection !== null && (open || flag !== undefined)) {
    throw refusal('--connection', `is about one connection; leave out ${flag ?? '--open'}`);
  }
  return { withinMs: since === null ? null : readSince(since), closedBy, cause, connection, open };
}

function readSince(text: string): number {
  const ms = parseDuration(text);
  if (!ms.ok) throw refusal('--since', ms.says);
  if (ms.value === 0) throw refusal('--since', 'must be longer than nothing');
  return ms.value;
}

function notOneOf(flag: string, word: string, allowed: readonly string[]): SettingsError {
  const near = nearest(word, allowed);
  const hint = near === null ? '' : ` (did you mean ${near}?)`;
  return refusal(flag, `no "${word}"${hint}; there are ${allowed.join(', ')}`);
}

const refusal = (flag: string, says: string): SettingsError => SettingsError.at({ kind: 'flag', flag }, null, says);
