import type { SiteResult, SocketResult } from '../../nginx/prove/measure.ts';
import type { CookieResult } from '../../nginx/prove/measurements/cookies.ts';
import { explains, lifeOfIdle } from '../../nginx/prove/measurements/idle.ts';
import type { RearmResult } from '../../nginx/prove/measurements/rearm.ts';
import type { UpgradeResult } from '../../nginx/prove/measurements/upgrade.ts';
import {
  isCookieProblem,
  kib,
  LEAST_IDLE_MS,
  seconds,
  USUAL_SENT_BYTES,
  USUAL_SET_BYTES,
} from '../../nginx/prove/problems.ts';
import type { RawHeaders } from '../../wire/http-head.ts';
import { harmless } from '../../words/harmless.ts';
import type { Page } from '../check/text-report.ts';
import type { Tone } from '../report/paint.ts';
import { cut } from '../report/width.ts';
import { placeText } from './place-text.ts';

/** What was measured at one site. */
export function siteLines(result: SiteResult, scale: number, page: Page): string[] {
  const { site, kind, server } = result;
  const alike = site.alike.length === 0 ? '' : ` and ${site.alike.join(', ')}`;
  const by = server === null ? '' : `, server at ${placeText(server)}`;
  const head = page.paint('strong', harmless(site.origin)) + harmless(` on ${site.listener.address}${alike}${by}`);
  if (kind !== 'proxied') return [head, `  ${elsewhere(result)}`];
  return [
    head,
    ...result.upgrades.flatMap((upgrade) => {
      const socket = result.sockets.find(({ path }) => path.path === upgrade.path.path);
      return [...upgradeLines(upgrade, page), ...(socket === undefined ? [] : socketLines(socket, scale, page))];
    }),
    ...originLines(result, page),
    ...cookieLines('cookies sent', result.sentCookies, USUAL_SENT_BYTES, page),
    ...cookieLines('cookies set', result.setCookies, USUAL_SET_BYTES, page),
    plainLine(result, page),
  ];
}

function elsewhere({ kind, plain, upgrades }: SiteResult): string {
  const [first] = plain.requests;
  const [main] = upgrades;
  if (kind === 'redirect') {
    const to = harmless(first?.location ?? 'elsewhere');
    return `sends everybody to ${to} (${main?.answer?.status}), which WebSocket clients do not follow`;
  }
  return `asks no backend: an upgrade gets ${main?.answer?.status ?? main?.failure}, GET / gets ${first?.status ?? first?.failure}`;
}

const MARK = { good: '✓', bad: '✗' } as const;

function row(tone: 'good' | 'bad', text: string, page: Page): string {
  return `  ${page.paint(tone, MARK[tone])} ${harmless(text)}`;
}

function upgradeLines({ path, through, answer, failure, received, answered }: UpgradeResult, page: Page): string[] {
  const got = answer === null ? (failure ?? 'no answer') : `${answer.status} ${answer.reason}`.trim();
  const by =
    answered === null ? '' : `, answered by ${answered.scope.directive.name} at ${placeText(answered.scope.directive)}`;
  const line = row(through ? 'good' : 'bad', `${path.path}  ${got}${by}`, page);
  const backend =
    received === null
      ? ['the backend received nothing']
      : [`${received.method} ${received.target} HTTP/${received.httpVersion}`, ...headerLines(received.headers)];
  if (path.kind !== 'main' && through) return [line];
  return [
    line,
    ...detail('backend received', backend, page),
    ...(answer === null
      ? []
      : detail('client got', [`${answer.status} ${answer.reason}`, ...headerLines(answer.headers)], page)),
  ];
}

const LABEL_COLUMNS = 18;

function detail(label: string, lines: readonly string[], page: Page): string[] {
  const room = page.width - LABEL_COLUMNS - 6;
  return lines.map(
    (line, nth) =>
      `      ${page.paint('faint', (nth === 0 ? label : '').padEnd(LABEL_COLUMNS))}${cut(harmless(line), room)}`,
  );
}

function headerLines(headers: RawHeaders): string[] {
  return headers.flatMap((name, nth) => (nth % 2 === 0 ? [`${name}: ${headers[nth + 1] ?? ''}`] : []));
}

function socketLines(
  { idle, timer, rearmedByClient, rearmedByServer }: SocketResult,
  scale: number,
  page: Page,
): string[] {
  const tone = (good: boolean): Tone => (good ? 'good' : 'bad');
  const named =
    timer === null ? '' : `${timer.name}${timer.from === null ? " (nginx's default)" : `, ${placeText(timer.from)}`}`;
  const says =
    idle.kind === 'cut'
      ? `cut after ${seconds(idle.afterMs * scale)} (${Math.round(idle.afterMs)} ms${scale === 1 ? '' : ` × ${scale}`}), ${timer !== null && explains(idle.afterMs, timer, scale) ? `by ${named}` : 'by no timer that the configuration names'}`
      : idle.kind === 'open'
        ? `still open after ${seconds(idle.waitedMs * scale)}${named === '' ? '' : ` (${named})`}`
        : `could not be measured: ${idle.because}`;
  const good = idle.kind === 'open' || (idle.kind === 'cut' && lifeOfIdle(idle.afterMs, timer, scale) >= LEAST_IDLE_MS);
  return [
    `      ${page.paint('faint', 'idle'.padEnd(LABEL_COLUMNS))}${page.paint(tone(good), harmless(says))}`,
    `      ${page.paint('faint', 'one ping'.padEnd(LABEL_COLUMNS))}${rearmText(rearmedByClient, 'client')}; ${rearmText(rearmedByServer, 'server')}`,
  ];
}

function rearmText(result: RearmResult, from: 'client' | 'server'): string {
  if (result.kind === 'rearmed') return `from the ${from} re-arms the timer`;
  if (result.kind === 'not-rearmed') return `from the ${from} does NOT re-arm it: cut after ${seconds(result.afterMs)}`;
  return `from the ${from}: not measured (${harmless(result.because)})`;
}

function originLines({ origin }: SiteResult, page: Page): string[] {
  if (origin === null) return [];
  const says = `Origin ${origin.origin ?? 'missing'} meets Host ${origin.host ?? 'missing'}: Mattermost ${origin.accepted ? 'accepts' : 'answers 403'}`;
  return [row(origin.accepted ? 'good' : 'bad', says, page)];
}

function cookieLines(label: string, cookies: readonly CookieResult[], usualBytes: number, page: Page): string[] {
  if (cookies.length === 0) return [];
  const text = cookies.map(({ bytes, status }) => `${kib(bytes)} ${status ?? 'no answer'}`).join(' · ');
  return [row(cookies.some(isCookieProblem(usualBytes)) ? 'bad' : 'good', `${label}: ${text}`, page)];
}

function plainLine({ plain }: SiteResult, page: Page): string {
  const text = plain.requests
    .map(({ method, path, status, failure }) => `${method} ${path} ${status ?? failure}`)
    .join(' · ');
  const alive = plain.keepsAlive === null ? '' : plain.keepsAlive ? '; on one connection' : '; not on one connection';
  const good = plain.requests.every(({ status }) => status !== null && status < 400);
  return row(good ? 'good' : 'bad', `plain: ${text}${alive}`, page);
}
