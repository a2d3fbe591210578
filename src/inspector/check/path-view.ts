import type { Directive } from '../../nginx/parse/tree.ts';
import { appliedTimers, parseRequest, smallestIdleTimer } from '../../nginx/resolve/explain.ts';
import { resolve } from '../../nginx/resolve/resolve.ts';
import { positionOf, written } from '../../nginx/resolve/tree.ts';
import type { HttpRequest, Origin, Outcome, Resolution, SentHeader } from '../../nginx/resolve/types.ts';
import type { View } from '../../nginx/rules/rule.ts';
import { ApiFailure } from '../api-failure.ts';
import { placeOf } from './answer.ts';
import type { CheckedPath, PathHeader, PathHop, PathOrigin, PathTimer, Place } from './shapes.ts';

/** A method and a URL, or a URL alone. */
const REQUEST = /^(?:([A-Za-z]+)\s+)?(\S+)$/;

/** @param explain `GET wss://chat.example.com/api/v4/websocket` @throws ApiFailure 400 for what is no request */
export function requestOf(explain: string): HttpRequest {
  const [, method = 'GET', url = ''] = REQUEST.exec(explain.trim()) ?? [];
  try {
    return parseRequest(method, url);
  } catch {
    throw new ApiFailure(400, 'explain: is no request; one is written as GET wss://chat.example.com/api/v4/websocket');
  }
}

/** The way of a request through nginx, as plain data. */
export const pathOf = ({ http, version }: View, request: HttpRequest): CheckedPath =>
  pathView(resolve(http, request, version));

/** The way of Mattermost's own WebSocket, where nobody asked for another: through TLS and to a backend, if there is such a one. */
export function socketPath({ sites }: View): CheckedPath | null {
  const resolutions = sites.map(({ socket }) => socket.resolution);
  const passed = resolutions.filter(({ outcome }) => outcome.kind === 'proxy');
  const shown = passed.find(({ request }) => request.scheme === 'https') ?? passed[0] ?? resolutions[0];
  return shown === undefined ? null : pathView(shown);
}

function pathView(resolution: Resolution): CheckedPath {
  const { request, outcome } = resolution;
  return {
    request: requestText(request),
    hops: hopsOf(resolution),
    steps: resolution.steps.map(({ says, at }) => ({ says, at: at === null ? null : placeOf(at) })),
    outcome: outcome.kind,
    headers: outcome.kind === 'proxy' ? outcome.headers.map(headerOf) : [],
    timers: timersOf(resolution),
  };
}

/** As it would be typed. */
function requestText({ method, scheme, host, port, target, headers }: HttpRequest): string {
  const upgrades = headers.some(
    ({ name, value }) => name.toLowerCase() === 'upgrade' && value.toLowerCase() === 'websocket',
  );
  const secure = scheme === 'https';
  const shown = upgrades ? (secure ? 'wss' : 'ws') : scheme;
  return `${method} ${shown}://${host}${port === (secure ? 443 : 80) ? '' : `:${port}`}${target}`;
}

function hopsOf({ server, location, outcome }: Resolution): PathHop[] {
  const names = server?.names.filter((name) => name !== '').join(' ') ?? '';
  return [
    {
      what: 'server',
      says: server === null ? 'none' : names || 'without a name',
      at: server === null ? null : placeAt(server.directive),
    },
    {
      what: 'location',
      says: location === null ? 'none' : written(location).replace(/^location\s+/, ''),
      at: location === null ? null : placeAt(location),
    },
    { what: outcome.kind === 'proxy' ? 'backend' : 'outcome', says: outcomeWords(outcome), at: outcomePlace(outcome) },
  ];
}

function outcomeWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'proxy':
      return proxyWords(outcome);
    case 'answer':
      return `nginx itself answers ${outcome.status}${outcome.to === null ? '' : ` to ${outcome.to}`}`;
    case 'other':
      return `${written(outcome.by)} handles it: no WebSocket passes there`;
    case 'files':
      return 'nginx looks for a file: no WebSocket passes there';
    case 'unknown':
      return `not known: ${outcome.because}`;
  }
}

function proxyWords({ to, scheme, upstream, target, httpVersion }: Extract<Outcome, { kind: 'proxy' }>): string {
  const servers = upstream?.servers.map(({ address }) => address).join(', ');
  const where = `${scheme === null ? '' : `${scheme}://`}${to}${servers === undefined ? '' : ` (${servers || 'no server'})`}`;
  const over = httpVersion === null ? 'HTTP/1.0, from nginx 1.29.7 on HTTP/1.1' : `HTTP/${httpVersion}`;
  return `${where}, as ${target ?? 'a path that variables hide'}, over ${over}`;
}

function outcomePlace(outcome: Outcome): Place | null {
  if (outcome.kind === 'proxy') return placeAt(outcome.pass);
  if (outcome.kind === 'answer' || outcome.kind === 'other') return placeAt(outcome.by);
  return outcome.kind === 'unknown' && outcome.at !== null ? placeOf(outcome.at) : null;
}

const headerOf = ({ name, value, written: template, from }: SentHeader): PathHeader => ({
  name,
  value,
  written: template,
  from: originOf(from),
});

function timersOf(resolution: Resolution): PathTimer[] {
  const timers = appliedTimers(resolution);
  const smallest = smallestIdleTimer(timers)?.name;
  return timers.map(({ name, ms, from, does, cutsIdle }) => ({
    name,
    ms,
    from: originOf(from),
    does,
    cutsIdle,
    smallest: name === smallest,
  }));
}

const originOf = (from: Origin | 'client'): PathOrigin =>
  from === 'default' || from === 'client' ? from : placeAt(from);

const placeAt = (directive: Directive): Place => placeOf(positionOf(directive));
