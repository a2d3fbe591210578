import { type CheckResult, check as checkConfiguration } from '../nginx/check.ts';
import type { Configuration } from '../nginx/parse/tree.ts';
import { type AssumedVersion, assumedText } from '../nginx/report/assumed-version.ts';
import { joinedJson, jsonReport, jsonVersion } from '../nginx/report/json.ts';
import { sarifReport } from '../nginx/report/sarif.ts';
import { explain } from '../nginx/resolve/explain.ts';
import { resolve } from '../nginx/resolve/resolve.ts';
import type { HttpRequest, Resolution } from '../nginx/resolve/types.ts';
import { SEVERITIES } from '../nginx/rules/rule.ts';
import { SettingsError } from '../settings/source.ts';
import { type CheckFlags, type CheckSettings, readFlags } from './check/flags.ts';
import { type Mending, makeMends } from './check/mended.ts';
import { mendingJson, mendingLines } from './check/mending-report.ts';
import { type GivenConfiguration, givenConfigurations } from './check/source.ts';
import { noteLines, type Page, placeOf, textReport } from './check/text-report.ts';
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
  const givens = await givenConfigurations(settings.path);
  if (givens.length > 1 && settings.fix && settings.format === 'json') {
    throw new SettingsError(`--fix --json: give one of ${names(givens)}`);
  }
  const checked: Checked[] = [];
  for (const given of givens) checked.push(await checkOne(given, settings, toolVersion));
  const [only] = checked;
  if (settings.explain !== null) {
    if (only === undefined || checked.length > 1) throw new SettingsError(`--explain: give one of ${names(givens)}`);
    return explained(only.result, settings.explain, settings, only.assumed);
  }
  report(checked, settings);
  return Math.max(...checked.map((each) => exitCode(each, settings)));
}

/** Of pieces, their own: the file that includes them is ours. */
const names = (givens: readonly GivenConfiguration[]): string =>
  givens
    .flatMap((given) =>
      given.kind === 'pieces'
        ? given
            .read(new Map())
            .files.slice(1)
            .map(({ name }) => name)
        : given.main,
    )
    .join(', ');

async function checkOne(given: GivenConfiguration, settings: CheckSettings, toolVersion: string): Promise<Checked> {
  const assumed = await whichVersion(settings.nginxVersion, given);
  const ask = (configuration: Configuration): CheckResult =>
    checkConfiguration(configuration, { version: assumed.version, host: settings.host });
  const result = ask(given.read(new Map()));
  if (settings.write && (given.path === null || given.kind === 'dump')) {
    throw new SettingsError('--write: there is no file to change here; --fix prints what is to change');
  }
  const mends = settings.fix && settings.explain === null;
  const mending = mends ? await makeMends(given, result, ask, settings.write) : null;
  return { given, result, assumed, mending, toolVersion };
}

interface Checked {
  readonly given: GivenConfiguration;
  readonly result: CheckResult;
  readonly assumed: AssumedVersion;
  readonly mending: Mending | null;
  readonly toolVersion: string;
}

function exitCode({ result, mending }: Checked, { failOn }: CheckSettings): number {
  const { errors, findings } = mending === null ? result : mending.mended.after;
  if (errors.length > 0 || mending?.failed === true || mending?.refused === true) return EXIT_REFUSED;
  const bad = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
  return findings.some(({ severity }) => bad.includes(severity)) ? EXIT_FINDINGS : 0;
}

/** Whatever is asked for by a format is all that stdout holds; of a mend made from stdin that is the mended text or the diff. */
function report(checked: readonly Checked[], { format }: CheckSettings): void {
  if (format === 'json') reportJson(checked);
  else if (format === 'sarif') reportSarif(checked);
  else for (const each of checked) reportText(each);
}

function reportJson(checked: readonly Checked[]): void {
  const [first, ...others] = checked.map((each) => jsonReport(shown(each), each.assumed));
  if (first === undefined) return;
  const mending = checked[0]?.mending ?? null;
  const mended = mending === null ? {} : { mended: mendingJson(mending) };
  write(process.stdout, JSON.stringify({ ...joinedJson(first, others), ...mended }, null, 2));
}

function reportSarif(checked: readonly Checked[]): void {
  const [first] = checked;
  if (first === undefined) return;
  const { toolVersion, assumed } = first;
  write(
    process.stdout,
    JSON.stringify(sarifReport(checked.map(shown), { toolVersion, assumed, base: process.cwd() }), null, 2),
  );
  for (const { mending } of checked) {
    if (mending !== null) write(process.stderr, mendingLines(mending, pageOf(process.stderr)).join('\n'));
  }
}

function reportText(each: Checked): void {
  const { given, assumed, mending } = each;
  const filtered = mending !== null && given.path === null;
  const out = filtered ? process.stderr : process.stdout;
  const page = pageOf(out);
  write(out, textReport(shown(each), assumed, page).join('\n'));
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
function shown({ given, result }: Checked): CheckResult {
  if (given.kind !== 'pieces') return result;
  const files = result.configuration.files.filter(({ name }) => name !== given.main);
  return { ...result, configuration: { ...result.configuration, files } };
}

/** What was not given may change the way, so it is told with it. */
function explained(
  { view, errors, notes, configuration }: CheckResult,
  request: HttpRequest,
  { format }: CheckSettings,
  assumed: AssumedVersion,
): number {
  const resolution = resolve(view.http, request, assumed.version);
  const lines = isInTemplate(resolution, configuration)
    ? [
        'not known: the way leads through a template, and which of its lines will be there only whoever fills it in can tell',
      ]
    : explain(resolution);
  if (format === 'text') {
    const page = pageOf(process.stdout);
    write(process.stdout, [...lines, ...noteLines(notes, page), `${assumedText(assumed)}.`].join('\n'));
  } else {
    const { version, versionFrom } = jsonVersion(assumed);
    write(process.stdout, JSON.stringify({ explained: lines, errors, notes, version, versionFrom }, null, 2));
  }
  for (const error of errors) write(process.stderr, `hangup: nginx refuses ${placeOf(error)}: ${error.says}`);
  return errors.length > 0 ? EXIT_REFUSED : 0;
}

/** Where no server answers, the template may have one. */
function isInTemplate({ server, location }: Resolution, { templates }: Configuration): boolean {
  const places = [server?.directive, location].flatMap((directive) => directive?.span.source.name ?? []);
  return templates.length > 0 && (server === null || templates.some(({ file }) => places.includes(file)));
}
