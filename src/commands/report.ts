import { JournalError } from '../evidence/journal-error.ts';
import { type ConnectionRow, JournalReader } from '../evidence/journal-reader.ts';
import { loadDataDir } from '../settings/load.ts';
import { SettingsError } from '../settings/source.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { clock, grouped } from '../words/times.ts';
import { closedTable } from './report/closed-table.ts';
import { type Filters, type ReportFlags, readFilters } from './report/filters.ts';
import { headline, nothingYet } from './report/headline.ts';
import { journalFlags } from './report/journal-flags.ts';
import { type OpenRow, openConnection, openTable } from './report/open-table.ts';
import { type Paint, paintFor } from './report/paint.ts';
import { renderStory } from './report/story.ts';
import { Tally } from './report/tally.ts';
import { wrap } from './report/width.ts';

/** Columns of a page that is no terminal. */
const PAGE_COLUMNS = 100;
/** Rows of the table; the rest is counted, and --json has it all. */
const TABLE_ROWS = 100;
/** Connections counted when no filter says how far back to look: a week of them would take longer than anybody waits. */
const COUNTED = 5000;

/** Where a report goes: what is on the other end of stdout. */
interface Page {
  readonly width: number;
  readonly paint: Paint;
  /** ms since the epoch. */
  readonly now: number;
}

/**
 * `hangup report`: reads the journal, also while `serve` writes it, and prints it on stdout.
 * @returns the exit code
 * @throws SettingsError about a flag, an unknown connection or a folder without a journal
 */
export async function report(flags: ReportFlags): Promise<number> {
  const filters = readFilters(flags);
  const dataDir = await loadDataDir(flags.data ?? null, process.env, process.cwd());
  const reader = openJournal(dataDir);
  const page: Page = {
    width: process.stdout.isTTY ? process.stdout.columns : PAGE_COLUMNS,
    paint: paintFor(process.stdout.isTTY, process.env),
    now: Date.now(),
  };
  try {
    const lines = flags.json
      ? jsonLines(reader, filters, page.now, dataDir)
      : textLines(reader, filters, page, dataDir);
    for (const line of lines) await print(`${line}\n`);
  } catch (error) {
    throw readable(error);
  } finally {
    reader.close();
  }
  return 0;
}

function openJournal(dataDir: string): JournalReader {
  try {
    return new JournalReader(dataDir);
  } catch (error) {
    throw readable(error);
  }
}

/** A journal that cannot be read is the operator's to mend: one sentence, like a wrong flag. */
const readable = (error: unknown): unknown =>
  error instanceof JournalError ? new SettingsError(error.message) : error;

/** Waits while the other end reads slowly, so that a long report is never held in memory. */
async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

function* jsonLines(reader: JournalReader, filters: Filters, now: number, dataDir: string): Iterable<string> {
  if (filters.connection !== null) {
    const row = findConnection(reader, filters.connection, dataDir);
    yield row.verdict ?? openJson(reader, row, now);
  } else if (filters.open) {
    for (const row of reader.connections({ open: true })) yield openJson(reader, row, now);
  } else {
    for (const { verdict } of closedRows(reader, filters, now)) if (verdict !== null) yield verdict;
  }
}

const openJson = (reader: JournalReader, row: ConnectionRow, now: number): string =>
  JSON.stringify(openConnection(row, row.totals ?? reader.timeline(row.id)?.totals ?? null, now));

function textLines(reader: JournalReader, filters: Filters, page: Page, dataDir: string): string[] {
  if (filters.connection !== null) {
    const row = findConnection(reader, filters.connection, dataDir);
    const story = { row, timeline: reader.timeline(row.id), verdict: verdictOf(row) };
    return renderStory(story, page.width, page.now, page.paint);
  }
  const flags = flagLines(reader, filters, page);
  return filters.open ? [...flags, ...openLines(reader, page)] : closedLines(reader, filters, flags, page);
}

function flagLines(reader: JournalReader, { withinMs }: Filters, { paint, now }: Page): string[] {
  const since = withinMs === null ? null : now - withinMs;
  return journalFlags(reader.status(), reader.gaps(), since, now).map(({ tone, says }) => paint(tone, `! ${says}`));
}

function openLines(reader: JournalReader, { width, now, paint }: Page): string[] {
  const open = [...reader.connections({ open: true, limit: TABLE_ROWS + 1 })];
  if (open.length === 0) return ['No connection is open.'];
  const shown = open.slice(0, TABLE_ROWS).map((row): OpenRow => {
    return { row, connection: openConnection(row, row.totals ?? reader.timeline(row.id)?.totals ?? null, now) };
  });
  const more = open.length > TABLE_ROWS ? [`… and more; --json lists them all.`] : [];
  return [...openTable(shown, width, now, paint), ...more];
}

/** @param flags lines that stand between what the report says and what it rests on */
function closedLines(
  reader: JournalReader,
  filters: Filters,
  flags: readonly string[],
  { width, now, paint }: Page,
): string[] {
  const filtered = filters.withinMs !== null || filters.closedBy !== null || filters.cause !== null;
  const tally = new Tally();
  const shown: Verdict[] = [];
  let countedSince: string | null = null;
  for (const row of closedRows(reader, filters, now)) {
    const verdict = verdictOf(row);
    if (verdict === null) continue;
    tally.add(verdict);
    if (shown.length < TABLE_ROWS) shown.push(verdict);
    if (!filtered && tally.closed >= COUNTED) {
      countedSince = clock(row.closedAt ?? now, now);
      break;
    }
  }
  const open = count(reader.connections({ open: true }));
  if (tally.closed === 0 && !filtered) return [...nothingYet(open), ...flags];
  const first = headline(tally, { filters, countedSince, open }).flatMap((line) => wrap(line, width));
  if (tally.closed === 0) return [...first, ...flags];
  const left = tally.closed - shown.length;
  const more =
    left === 0
      ? []
      : ['', `… and ${grouped(left)} more: --since, --closed-by and --cause narrow it, --json has them all.`];
  return [...first, ...flags, '', ...closedTable(shown, width, now, paint), ...more];
}

function closedRows(
  reader: JournalReader,
  { withinMs, closedBy, cause }: Filters,
  now: number,
): Iterable<ConnectionRow> {
  return reader.connections({
    open: false,
    ...(withinMs === null ? {} : { sinceMs: now - withinMs }),
    ...(closedBy === null ? {} : { closedBy }),
    ...(cause === null ? {} : { cause }),
  });
}

function findConnection(reader: JournalReader, id: string, dataDir: string): ConnectionRow {
  const [row] = reader.connections({ id, limit: 1 });
  if (row !== undefined) return row;
  throw new SettingsError(`no connection ${JSON.stringify(id)} in ${dataDir}; \`hangup report\` lists them`);
}

function verdictOf({ verdict }: ConnectionRow): Verdict | null {
  if (verdict === null) return null;
  const parsed: Verdict = JSON.parse(verdict);
  return parsed;
}

function count(rows: Iterable<unknown>): number {
  let n = 0;
  for (const _ of rows) n++;
  return n;
}
