import { type CheckResult, check as checkConfiguration } from '../nginx/check.ts';
import type { Configuration } from '../nginx/parse/tree.ts';
import { type AssumedVersion, assumedText } from '../nginx/report/assumed-version.ts';
import { jsonReport } from '../nginx/report/json.ts';
import { sarifReport } from '../nginx/report/sarif.ts';
import { explain } from '../nginx/resolve/explain.ts';
import { resolve } from '../nginx/resolve/resolve.ts';
import type { HttpRequest } from '../nginx/resolve/types.ts';
import { SEVERITIES } from '../nginx/rules/rule.ts';
import { SettingsError } from '../settings/source.ts';
import { type CheckFlags, type CheckSettings, readFlags } from './check/flags.ts';
import { type Mending, makeMends } from './check/mended.ts';
import { mendingJson, mendingLines } from './check/mending-report.ts';
import { type GivenConfiguration, givenConfiguration } from './check/source.ts';
import { type Page, placeOf, textReport } from './check/text-report.ts';
import { whichVersion } from './check/which-version.ts';
import { paintFor } from './report/paint.ts';

/** DESIGN.md, Contracts. */
const EXIT_FINDINGS = 1;
const EXIT_REFUSED = 2;

/** Columns of a page that is no terminal, or of one that does not know its own (a container's says 0). */
const PAGE_COLUMNS = 100;
/** Less is no page; a terminal breaks the lines itself then. */
const LEAST_COLUMNS = 40;

/**
 * `hangup check`: reads an nginx configuration and says what of it ends WebSockets, and which lines mend that.
 * @param toolVersion hangup's own
 * @returns the exit code: 1 for findings as bad as --fail-on, 2 for what nginx would refuse
 * @throws SettingsError about a flag or a file that cannot be read or written
 */
export async function check(path: string | undefined, flags: CheckFlags, toolVersion: string): Promise<number> {
  const settings = readFlags(path, flags);
  const given = await givenConfiguration(settings.path);
  const assumed = await whichVersion(settings.nginxVersion, given);
  const ask = (configuration: Configuration): CheckResult =>
    checkConfiguration(configuration, { version: assumed.version, host: settings.host });
  const result = ask(given.read(new Map()));
  if (settings.explain !== null) return explained(result, settings.explain, settings, assumed);
  if (settings.write && (given.path === null || given.kind === 'dump')) {
    throw new SettingsError('--write: there is no file to change here; --fix prints what is to change');
  }
  const mending = settings.fix ? await makeMends(given, result, ask, settings.write) : null;
  report({ given, result, assumed, mending, toolVersion }, settings);
  return exitCode(mending === null ? result : mending.mended.after, mending, settings);
}

interface Checked {
  readonly given: GivenConfiguration;
  readonly result: CheckResult;
  readonly assumed: AssumedVersion;
  readonly mending: Mending | null;
  readonly toolVersion: string;
}

function exitCode({ errors, findings }: CheckResult, mending: Mending | null, { failOn }: CheckSettings): number {
  if (errors.length > 0 || mending?.failed === true) return EXIT_REFUSED;
  const bad = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
  return findings.some(({ severity }) => bad.includes(severity)) ? EXIT_FINDINGS : 0;
}

/** Whatever is asked for by a format is all that stdout holds; of a mend made from stdin that is the mended text or the diff. */
function report({ given, result, assumed, mending, toolVersion }: Checked, { format }: CheckSettings): void {
  const shown = given.kind === 'pieces' ? withoutFile(result, given.main) : result;
  if (format === 'json') {
    const mended = mending === null ? {} : { mended: mendingJson(mending) };
    write(process.stdout, JSON.stringify({ ...jsonReport(shown, assumed), ...mended }, null, 2));
    return;
  }
  if (format === 'sarif') {
    const sarif = sarifReport(shown, { toolVersion, assumed, base: process.cwd() });
    write(process.stdout, JSON.stringify(sarif, null, 2));
    if (mending !== null) write(process.stderr, mendingLines(mending, pageOf(process.stderr)).join('\n'));
    return;
  }
  const filtered = mending !== null && given.path === null;
  const out = filtered ? process.stderr : process.stdout;
  const page = pageOf(out);
  write(out, textReport(shown, assumed, page).join('\n'));
  if (mending === null) return;
  write(out, ['', ...mendingLines(mending, page)].join('\n'));
  if (filtered) process.stdout.write(mending.text ?? mending.diff);
}

const pageOf = (stream: NodeJS.WriteStream): Page => ({
  width: Math.max(LEAST_COLUMNS, (stream.isTTY && stream.columns) || PAGE_COLUMNS),
  paint: paintFor(stream.isTTY, process.env),
});

function write(stream: NodeJS.WriteStream, text: string): void {
  stream.write(`${text}\n`);
}

/** The file that only includes the pieces is ours, and nobody's business. */
const withoutFile = (result: CheckResult, name: string): CheckResult => ({
  ...result,
  configuration: { ...result.configuration, files: result.configuration.files.filter((file) => file.name !== name) },
});

function explained(
  { view, errors }: CheckResult,
  request: HttpRequest,
  { format }: CheckSettings,
  assumed: AssumedVersion,
): number {
  const lines = explain(resolve(view.http, request, assumed.version));
  if (format === 'text') write(process.stdout, [...lines, `${assumedText(assumed)}.`].join('\n'));
  else write(process.stdout, JSON.stringify({ explained: lines, errors, version: assumed.version }, null, 2));
  for (const error of errors) write(process.stderr, `hangup: nginx refuses ${placeOf(error)}: ${error.says}`);
  return errors.length > 0 ? EXIT_REFUSED : 0;
}
