import { formatDuration } from '../../words/duration.ts';
import { harmless } from '../../words/harmless.ts';
import type { Directive, Position } from '../parse/tree.ts';
import { CLIENT_ADDRESS } from './built-in.ts';
import { appliedTimers, smallestIdleTimer } from './timers.ts';
import { positionOf, written } from './tree.ts';
import type { AppliedTimer, HttpRequest, Origin, Outcome, Resolution, SentHeader, Step } from './types.ts';
import { mayBeSetUnread, mayHoldLocations, notGiven } from './unread.ts';

export { parseRequest, upgradeHeaders } from './request.ts';
export { appliedTimers, smallestIdleTimer } from './timers.ts';

/** A request's way through nginx, in lines for a terminal: server, location, what the backend receives, which timers apply. */
export function explain(resolution: Resolution): string[] {
  const { request, outcome } = resolution;
  const lines = [
    `${request.method} ${urlOf(request)}`,
    '',
    ...serverLines(resolution),
    ...section('how nginx decides', resolution.steps.map(stepLine)),
    ...section('what becomes of it', outcomeLines(resolution)),
  ];
  if (outcome.kind !== 'proxy') return lines.map(harmless);
  const timers = appliedTimers(resolution);
  return [
    ...lines,
    ...section('headers that the backend receives', sentLines(outcome.headers, resolution)),
    ...section(
      'timers',
      timers.map((timer) => timerLine(timer, resolution)),
    ),
    ...section('the smallest timer that can cut an idle WebSocket', [smallestLine(timers, resolution)]),
    ...section('what was not given', notGiven(resolution.effective)),
  ].map(harmless);
}

const DEFAULT_PORTS = { http: 80, https: 443 } as const;

function urlOf({ scheme, host, port, target, headers }: HttpRequest): string {
  const upgrades = headers.some(({ name, value }) => /^upgrade$/i.test(name) && /^websocket$/i.test(value));
  const shown = upgrades ? { http: 'ws', https: 'wss' }[scheme] : scheme;
  return `${shown}://${host}${port === DEFAULT_PORTS[scheme] ? '' : `:${port}`}${target}`;
}

function serverLines({ server, location }: Resolution): string[] {
  if (server === null) return ['server    none', ''];
  const names = server.names.filter((name) => name !== '').join(' ');
  return [
    `server    ${names === '' ? 'without a name' : names}  (${place(positionOf(server.directive))})`,
    location === null
      ? 'location  none'
      : `location  ${written(location).replace(/^location\s+/, '')}  (${place(positionOf(location))})`,
    '',
  ];
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ''];

const place = ({ file, line }: Position): string => `${file}:${line}`;

const stepLine = ({ says, at }: Step): string => (at === null ? says : `${says}  (${place(at)})`);

const HEDGE = ', unless what was not given sets it';

/** Where a value in force comes from, and whether something may say otherwise. @param name of its directive */
function originOf(from: Origin, name: string, { effective }: Resolution): string {
  const own = from === 'default' ? "nginx's default" : place(positionOf(from));
  return mayBeSetUnread(effective, name) ? own + HEDGE : own;
}

const SETS = 'proxy_set_header';

function sentLines(headers: readonly SentHeader[], { effective }: Resolution): string[] {
  const beside = mayBeSetUnread(effective, SETS, true) ? HEDGE : '';
  const further = mayBeSetUnread(effective, SETS) ? `, unless what was not given has a ${SETS} of its own` : '';
  const lines = headers.map((header) => {
    const isLine = header.from !== 'client' && header.from !== 'default';
    return headerLine(header, isLine ? further : beside);
  });
  return beside === '' ? lines : [...lines, 'and what was not given may set more'];
}

function outcomeLines({ outcome, effective }: Resolution): string[] {
  const elsewhere = mayHoldLocations(effective) ? ', unless what was not given has a location for it' : '';
  switch (outcome.kind) {
    case 'proxy':
      return proxyLines(outcome, mayBeSetUnread(effective, 'proxy_http_version') ? HEDGE : '');
    case 'answer':
      return [
        `nginx answers ${outcome.status}${outcome.to === null ? '' : ` to ${outcome.to}`}  (${where(outcome.by)})`,
      ];
    case 'other':
      return [`${written(outcome.by)} handles it: no WebSocket passes there${elsewhere}  (${where(outcome.by)})`];
    case 'files':
      return [`nginx looks for a file: no WebSocket passes there${elsewhere}`];
    case 'unknown':
      return [`not known: ${outcome.because}${outcome.at === null ? '' : `  (${place(outcome.at)})`}`];
  }
}

const where = (directive: Directive): string => place(positionOf(directive));

/** @param hedge of the version */
function proxyLines(outcome: Extract<Outcome, { kind: 'proxy' }>, hedge: string): string[] {
  const { pass, to, scheme, upstream, target, httpVersion } = outcome;
  const servers = upstream?.servers.map(({ address }) => address).join(', ');
  const known = servers === undefined ? '' : ` (upstream: ${servers === '' ? 'no server' : servers})`;
  return [
    `it goes to ${scheme === null ? '' : `${scheme}://`}${to}${known}  (${where(pass)})`,
    `as ${target ?? 'a path that variables hide'}, over ${versionWords(httpVersion)}${hedge}`,
  ];
}

const versionWords = (version: '1.0' | '1.1' | '2' | null): string =>
  version === null ? 'HTTP/1.0, from nginx 1.29.7 on over HTTP/1.1' : `HTTP/${version}`;

/** @param hedge what may make another line of it */
function headerLine({ name, value, written: template, from }: SentHeader, hedge: string): string {
  const source = from === 'client' ? 'the client' : from === 'default' ? "nginx's default" : where(from);
  if (value !== null) {
    const as = from === 'client' || template === value ? '' : `${template}, `;
    return `${name}: ${value.replaceAll(CLIENT_ADDRESS, "the client's address")}  (${as}${source}${hedge})`;
  }
  if (from === 'default' && name === 'Connection') {
    return `${name}: ${template}  (${source}; none from nginx 1.29.7 on${hedge})`;
  }
  return `${name}: (not known from the configuration)  (${template}, ${source}${hedge})`;
}

const timerLine = ({ name, ms, from, does }: AppliedTimer, resolution: Resolution): string =>
  `${name} ${ms === null ? '(not known)' : formatDuration(ms)}: ${does}  (${originOf(from, name, resolution)})`;

function smallestLine(timers: readonly AppliedTimer[], resolution: Resolution): string {
  const smallest = smallestIdleTimer(timers);
  if (smallest === null) return 'not known';
  return `${smallest.name} ${formatDuration(smallest.ms)}  (${originOf(smallest.from, smallest.name, resolution)})`;
}
