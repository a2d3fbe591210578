import { formatDuration } from '../../words/duration.ts';
import { harmless } from '../../words/harmless.ts';
import type { Directive, Position } from '../parse/tree.ts';
import { CLIENT_ADDRESS } from './built-in.ts';
import { appliedTimers, smallestIdleTimer } from './timers.ts';
import { positionOf, written } from './tree.ts';
import type { AppliedTimer, HttpRequest, Origin, Outcome, Resolution, SentHeader, Step } from './types.ts';

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
    ...section('what becomes of it', outcomeLines(outcome)),
  ];
  if (outcome.kind !== 'proxy') return lines.map(harmless);
  const timers = appliedTimers(resolution);
  return [
    ...lines,
    ...section('headers that the backend receives', outcome.headers.flatMap(headerLines)),
    ...section('timers', timers.map(timerLine)),
    ...section('the smallest timer that can cut an idle WebSocket', [smallestLine(timers)]),
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

const originOf = (from: Origin): string => (from === 'default' ? "nginx's default" : place(positionOf(from)));

function outcomeLines(outcome: Outcome): string[] {
  switch (outcome.kind) {
    case 'proxy':
      return proxyLines(outcome);
    case 'answer':
      return [
        `nginx answers ${outcome.status}${outcome.to === null ? '' : ` to ${outcome.to}`}  (${where(outcome.by)})`,
      ];
    case 'other':
      return [`${written(outcome.by)} handles it: no WebSocket passes there  (${where(outcome.by)})`];
    case 'files':
      return ['nginx looks for a file: no WebSocket passes there'];
    case 'unknown':
      return [`not known: ${outcome.because}${outcome.at === null ? '' : `  (${place(outcome.at)})`}`];
  }
}

const where = (directive: Directive): string => place(positionOf(directive));

function proxyLines(outcome: Extract<Outcome, { kind: 'proxy' }>): string[] {
  const { pass, to, scheme, upstream, target, httpVersion } = outcome;
  const servers = upstream?.servers.map(({ address }) => address).join(', ');
  const known = servers === undefined ? '' : ` (upstream: ${servers === '' ? 'no server' : servers})`;
  return [
    `it goes to ${scheme === null ? '' : `${scheme}://`}${to}${known}  (${where(pass)})`,
    `as ${target ?? 'a path that variables hide'}, over ${versionWords(httpVersion)}`,
  ];
}

const versionWords = (version: '1.0' | '1.1' | '2' | null): string =>
  version === null ? 'HTTP/1.0, from nginx 1.29.7 on over HTTP/1.1' : `HTTP/${version}`;

function headerLines({ name, value, written: template, from }: SentHeader): string[] {
  const source = from === 'client' ? 'the client' : from === 'default' ? "nginx's default" : where(from);
  if (value !== null) {
    const as = from === 'client' || template === value ? '' : `${template}, `;
    return [`${name}: ${value.replaceAll(CLIENT_ADDRESS, "the client's address")}  (${as}${source})`];
  }
  if (from === 'default' && name === 'Connection') {
    return [`${name}: ${template}  (${source}; none from nginx 1.29.7 on)`];
  }
  return [`${name}: (not known from the configuration)  (${template}, ${source})`];
}

const timerLine = ({ name, ms, from, does }: AppliedTimer): string =>
  `${name} ${ms === null ? '(not known)' : formatDuration(ms)}: ${does}  (${originOf(from)})`;

function smallestLine(timers: readonly AppliedTimer[]): string {
  const smallest = smallestIdleTimer(timers);
  if (smallest === null) return 'not known';
  return `${smallest.name} ${formatDuration(smallest.ms)}  (${originOf(smallest.from)})`;
}
