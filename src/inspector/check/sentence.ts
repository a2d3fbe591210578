import type { CheckResult } from '../../nginx/check.ts';
import { passesSockets } from '../../nginx/report/passes-sockets.ts';
import type { Site } from '../../nginx/rules/rule.ts';
import type { SeverityCounts } from './shapes.ts';

/** What to make of a checked configuration, in one sentence: how much is wrong, and what that does to WebSockets. */

/** Rules whose error keeps the WebSockets of a server from being opened. */
const NOT_OPENED = new Set(['WS001', 'WS002', 'WS012', 'WS013', 'WS015', 'WS028', 'WS031', 'WS045', 'WS046']);
/** … too, if it is Upgrade that is lost. */
const HEADERS_LOST = 'WS007';
/** … keeps browsers out, which send Origin. */
const ORIGIN_REFUSED = 'WS017';
/** … ends the open ones that are idle. */
const CUT_WHEN_IDLE = 'WS008';

type Facts = Pick<CheckResult, 'errors' | 'findings' | 'fine' | 'view'>;

/** @param host the only one that was asked about @param missing files that were not given */
export function sentence(result: Facts, counts: SeverityCounts, host: string | null, missing: number): string {
  const parts = [counted(counts), consequence(result, host, missing)].filter((part) => part !== null);
  const said = parts.join(': ') || 'nothing is wrong';
  const gaps = `${missing === 1 ? 'one included file was' : `${missing} included files were`} not given`;
  // What nginx refuses it refuses whatever stands in the others.
  const sure = result.errors.length > 0 ? '; ' : ', as far as can be told: ';
  const whole = missing === 0 ? said : said + sure + gaps;
  return `${whole.charAt(0).toUpperCase()}${whole.slice(1)}.`;
}

function counted({ error, warning, note }: SeverityCounts): string | null {
  const parts = [plural(error, 'error'), plural(warning, 'warning'), plural(note, 'note')].filter(
    (part) => part !== '',
  );
  return parts.length === 0 ? null : parts.join(', ');
}

const plural = (count: number, word: string): string =>
  count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`;

function consequence({ errors, findings, fine, view }: Facts, host: string | null, missing: number): string | null {
  if (errors.length > 0) return 'nginx will not start with it';
  const { sites } = view;
  if (sites.length === 0) return noSocket(host);
  const wrong = new Set(findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule.id));
  const many = sites.filter(({ socket }) => socket.resolution.outcome.kind === 'proxy').length > 1;
  const lost = wrong.has(HEADERS_LOST) && sites.some(losesUpgrade);
  const atOnce = findings.some(({ measured }) => measured === 'times-out-at-once');
  if (lost || atOnce || [...wrong].some((id) => NOT_OPENED.has(id)))
    return `${many ? 'some ' : ''}WebSockets will not get through`;
  if (wrong.has(ORIGIN_REFUSED)) return 'browsers’ WebSockets will be refused';
  if (wrong.has(CUT_WHEN_IDLE)) return 'idle WebSockets will be cut';
  if (wrong.size > 0) return null;
  if (!passesSockets({ view })) return noSocket(host);
  // What was not given may hold the headers, or another location.
  return missing === 0 && fine.includes(UPGRADE_PASSES) ? 'WebSockets get through' : null;
}

const noSocket = (host: string | null): string =>
  host === null
    ? 'no server was found that passes WebSockets on, so little could be checked'
    : `no server that answers to ${host} passes WebSockets on`;

function losesUpgrade({ socket: { resolution } }: Site): boolean {
  if (resolution.outcome.kind !== 'proxy') return false;
  const upgrade = resolution.outcome.headers.find(({ name }) => name.toLowerCase() === 'upgrade');
  return upgrade === undefined || upgrade.value === '';
}

/** In the words of rules/fine.ts. */
const UPGRADE_PASSES = 'the upgrade reaches the backend';
