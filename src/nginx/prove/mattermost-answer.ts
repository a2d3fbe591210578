import { headerTokens, headerValues, type RawHeaders } from '../../wire/http-head.ts';

/** What Mattermost answers to a request, as far as a proxy in front of it can spoil it (FIELD-NOTES §1, GROUND-TRUTH §8). */

export interface MattermostAnswer {
  readonly status: number;
  readonly reason: string;
  readonly body: string;
}

/** The socket's route, also under a subpath, and those of plugins. */
const SOCKET_ROUTE = /^(?:\/[^/]+)*\/api\/v4\/websocket\/?$/;
const PLUGIN_ROUTE = /^(?:\/[^/]+)*\/plugins\/[^/]+\/.+$/;

/** @param anyPath whether every path is a socket's, for a server that is not Mattermost */
export function answerTo(
  request: { readonly method: string; readonly target: string; readonly headers: RawHeaders },
  anyPath: boolean,
): MattermostAnswer {
  const path = request.target.split('?', 1)[0] ?? '';
  const asked = headerValues(request.headers, 'sec-websocket-key').length > 0 || isUpgrade(request.headers);
  // An auth_request has the key and no Upgrade: it is no socket, whatever path is one.
  const other = anyPath && isUpgrade(request.headers);
  if (!SOCKET_ROUTE.test(path) && !(PLUGIN_ROUTE.test(path) && asked) && !other) return plain(path);
  return upgradeAnswer(request.method, request.headers);
}

/** In the order of gorilla/websocket's Upgrader.Upgrade (1.5.0), with its words. */
function upgradeAnswer(method: string, headers: RawHeaders): MattermostAnswer {
  if (!headerTokens(headers, 'connection').includes('upgrade')) {
    return badRequest("'upgrade' token not found in 'Connection' header");
  }
  if (!headerTokens(headers, 'upgrade').includes('websocket')) {
    return badRequest("'websocket' token not found in 'Upgrade' header");
  }
  if (method !== 'GET') return { status: 405, reason: 'Method Not Allowed', body: 'request method is not GET\n' };
  if (!headerTokens(headers, 'sec-websocket-version').includes('13')) {
    return badRequest("websocket: unsupported version: 13 not found in 'Sec-Websocket-Version' header");
  }
  if (!originPasses(headers)) return { status: 403, reason: 'Forbidden', body: 'request origin not allowed\n' };
  if ((headerValues(headers, 'sec-websocket-key')[0] ?? '') === '') return badRequest("no 'Sec-WebSocket-Key' header");
  return { status: 101, reason: 'Switching Protocols', body: '' };
}

/** gorilla's checkSameOrigin: no Origin passes; else its host, port included, must be the Host header's. */
export function originPasses(headers: RawHeaders): boolean {
  const origin = headerValues(headers, 'origin')[0];
  if (origin === undefined) return true;
  const host = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(origin)?.[1];
  return host !== undefined && host.toLowerCase() === (headerValues(headers, 'host')[0] ?? '').toLowerCase();
}

const isUpgrade = (headers: RawHeaders): boolean => headerTokens(headers, 'upgrade').includes('websocket');

const badRequest = (says: string): MattermostAnswer => ({ status: 400, reason: 'Bad Request', body: `${says}\n` });

/**
 * The API's unknown paths are 404; everything else is the web application's page, or an answer to an `auth_request`: those
 * who are asked for leave have APIs of their own (Authelia: `/api/verify`), and here they say yes.
 */
function plain(path: string): MattermostAnswer {
  const unknown = path.startsWith('/api/v4/') && !/^\/api\/v4\/(system\/ping|users\/login|users\/me)$/.test(path);
  if (unknown) return { status: 404, reason: 'Not Found', body: '{"id":"api.context.404.app_error"}' };
  return { status: 200, reason: 'OK', body: '{"status":"OK","from":"the backend of hangup"}' };
}
