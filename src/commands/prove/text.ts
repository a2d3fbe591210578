import type { Claim } from '../../nginx/prove/claims.ts';
import type { Change } from '../../nginx/prove/copy/place.ts';
import type { Measured, SocketResult } from '../../nginx/prove/measure.ts';
import { lifeOfIdle } from '../../nginx/prove/measurements/idle.ts';
import { LEAST_IDLE_MS, type Problem, seconds } from '../../nginx/prove/problems.ts';
import type { Proof } from '../../nginx/prove/prove.ts';
import type { Verdict } from '../../nginx/prove/ruling.ts';
import { versionText } from '../../nginx/version.ts';
import { harmless } from '../../words/harmless.ts';
import type { Page } from '../check/text-report.ts';
import { counted } from '../check/text-report.ts';
import type { Tone } from '../report/paint.ts';
import { wrap } from '../report/width.ts';
import { placeText, positionText } from './place-text.ts';
import { siteLines } from './site-text.ts';

/** What `hangup prove` says to people: each site, the reload, what `check` had claimed, and what the copy has otherwise. */
export function proofText(proof: Proof, page: Page): string[] {
  const { measured } = proof;
  return [
    page.paint('strong', heading(proof)),
    ...(measured.isPiece ? wrap(PIECE, page.width) : []),
    ...(proof.scale === 1
      ? []
      : [
          `Timers were divided by ${proof.scale} (--scale): times are measured × ${proof.scale}, good to ${seconds(350 * proof.scale)}.`,
        ]),
    '',
    ...measured.sites.flatMap((site) => [...siteLines(site, proof.scale, page), '']),
    ...unmeasuredLines(proof, page),
    ...reloadLines(measured, proof.scale, page),
    ...section('Wrong, as measured', proof, 'wrong', page),
    ...section('To know', proof, 'note', page),
    ...claimLines(proof.claims, page),
    ...copyLines(proof.changes, page),
    verdict(proof, page),
  ];
}

const PIECE =
  'This is a piece of a configuration: what the nginx.conf around it sets was not given, and is not in the copy. Name that file to have it measured too.';

function heading({ version, measured, waitMs }: Proof): string {
  const nginx = version === null ? 'nginx' : `nginx ${versionText(version)}`;
  return `${nginx} on a private copy: ${counted(measured.sites.length, 'site')}, idle sockets waited for up to ${seconds(waitMs)}`;
}

function reloadLines({ reload, shutdownTimeout, isPiece }: Measured, scale: number, page: Page): string[] {
  if (reload === null) return [];
  const timeout =
    shutdownTimeout.from === null
      ? `worker_shutdown_timeout is not ${isPiece ? 'in what was given' : 'set'}`
      : `worker_shutdown_timeout ${shutdownTimeout.from.args[0]?.text ?? ''}, ${placeText(shutdownTimeout.from)}`;
  const [first] = reload.cutAfterMs;
  const became =
    first === undefined
      ? `${reload.usable} of ${counted(reload.open, 'open socket')} ${reload.usable === 1 ? 'stays' : 'stay'} usable, watched for ${seconds(reload.watchedMs)}`
      : `${reload.cutAfterMs.length} of ${counted(reload.open, 'open socket')} cut ${seconds(first * scale)} after the signal`;
  const fresh = reload.opensNew ? 'new sockets open' : 'no new socket opens';
  const lines = wrap(`reload  ${became} (${timeout}); ${fresh}`, page.width);
  return [...lines.map((line) => line.replace(/^reload/, page.paint('strong', 'reload'))), ''];
}

/** Names that one line names; the others are counted. */
const MOST_NAMES = 10;

function unmeasuredLines({ unmeasured }: Proof, page: Page): string[] {
  return [...Map.groupBy(unmeasured, ({ because }) => because)].flatMap(([because, those]) => {
    const names = those.slice(0, MOST_NAMES).map(({ name, address }) => harmless(`${name || '""'} on ${address}`));
    const others = those.length > MOST_NAMES ? ` and ${those.length - MOST_NAMES} more (--json names them)` : '';
    return wrap(`not measured: ${names.join(', ')}${others}: ${because}`, page.width);
  });
}

function section(title: string, { problems, unsaid }: Proof, weight: Problem['weight'], page: Page): string[] {
  const those = problems.filter((problem) => problem.weight === weight);
  if (those.length === 0) return [];
  const lines = those.flatMap((problem) => {
    const place = problem.at === null ? '' : ` (${positionText(problem.at)})`;
    const news = unsaid.includes(problem) ? '; no rule of check says so here' : '';
    return item(`${problem.site}: ${problem.says}${place}${news}`, page);
  });
  return [page.paint(weight === 'wrong' ? 'bad' : 'warn', title), ...lines, ''];
}

const VERDICT_TONE: Readonly<Record<Verdict, Tone>> = {
  confirmed: 'bad',
  refuted: 'good',
  'not testable': 'faint',
};
const VERDICTS: readonly Verdict[] = ['confirmed', 'refuted', 'not testable'];

function claimLines(claims: readonly Claim[], page: Page): string[] {
  if (claims.length === 0) return ['check finds nothing in this configuration.', ''];
  const lines = VERDICTS.flatMap((verdict) =>
    claims
      .filter((claim) => claim.verdict === verdict)
      .flatMap(({ finding, says }) => {
        const { source, start } = finding.at;
        const place = positionText(source.position(start));
        return [
          `  ${page.paint(VERDICT_TONE[verdict], verdict)} ${finding.rule.id} ${page.paint('strong', place)}`,
          ...wrap(harmless(finding.summary), page.width - 6).map((line) => `      ${line}`),
          ...wrap(`measured: ${harmless(says)}`, page.width - 6).map((line) => page.paint('faint', `      ${line}`)),
        ];
      }),
  );
  return [page.paint('strong', 'What check claims, beside what was measured'), ...lines, ''];
}

/** What was changed goes without saying where it only is an address or a path; what is not there does not. */
function copyLines(changes: readonly Change[], page: Page): string[] {
  const of = (kind: Change['kind']): readonly Change[] => changes.filter((change) => change.kind === kind);
  const named = (those: readonly Change[]): string =>
    [...Map.groupBy(those, ({ directive }) => directive)]
      .map(([name, all]) => `${name} (line ${all.map(({ at }) => at.line).join(', ')})`)
      .join(', ');
  const unsure = of('changed').filter(({ directive }) => directive === 'proxy_pass');
  return [
    ...of('missing').flatMap(({ directive, at, says }) =>
      item(`missing: ${directive}: ${says} (${positionText(at)})`, page),
    ),
    ...unsure.flatMap(({ at, says }) => item(`unsure: ${says} (${positionText(at)})`, page)),
    ...(of('left-out').length === 0 ? [] : item(`left out of the copy: ${named(of('left-out'))}`, page)),
    ...item(`changed in the copy: ${counted(of('changed').length, 'line')}; --json says each`, page),
    '',
  ];
}

function verdict(proof: Proof, page: Page): string {
  const { problems, measured } = proof;
  const wrong = problems.filter(({ weight }) => weight === 'wrong').length;
  if (wrong > 0) return page.paint('bad', `${counted(wrong, 'thing')} measured to be wrong.`);
  const sockets = measured.sites.flatMap((site) => site.sockets);
  if (sockets.length === 0)
    return page.paint('warn', 'No WebSocket reached a backend: there is nothing to say about them.');
  const { tone, says } = verdictOnIdle(proof, sockets);
  const left = proof.unmeasured.length;
  const limits = left === 0 ? '' : ` ${counted(left, 'name')} ${left === 1 ? 'was' : 'were'} not measured.`;
  return page.paint(left === 0 ? tone : 'warn', `WebSockets get through, and ${says}.${limits}`);
}

function verdictOnIdle(
  { waitMs, scale }: Proof,
  sockets: readonly SocketResult[],
): { readonly tone: Tone; readonly says: string } {
  const cut = sockets.some(
    ({ idle, timer }) => idle.kind === 'cut' && lifeOfIdle(idle.afterMs, timer, scale) < LEAST_IDLE_MS,
  );
  if (cut) return { tone: 'warn', says: `idle ones are cut before ${seconds(LEAST_IDLE_MS)}` };
  const failed = sockets.filter(({ idle }) => idle.kind === 'failed').length;
  if (failed > 0) {
    return { tone: 'warn', says: `of ${counted(sockets.length, 'idle one')} ${failed} could not be measured` };
  }
  if (waitMs * scale >= LEAST_IDLE_MS)
    return { tone: 'good', says: `no idle one is cut before ${seconds(LEAST_IDLE_MS)}` };
  return {
    tone: 'warn',
    says: `no idle one is cut in ${seconds(waitMs * scale)}, which is all that was waited (--wait)`,
  };
}

function item(text: string, page: Page): string[] {
  const [first = '', ...rest] = wrap(harmless(text), page.width - 4);
  return [`  ${first}`, ...rest.map((line) => `    ${line}`)];
}
