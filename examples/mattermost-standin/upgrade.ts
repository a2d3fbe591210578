import type { IncomingMessage } from 'node:http';
import type { AppError } from './messages.ts';

/** Whether a request may become a WebSocket, and if not, what a real server answers (FIELD-NOTES §1, "Upgrade"). */

export interface UpgradeRefusal {
  readonly status: 400 | 401 | 403 | 404;
  /** Text before the JSON: what the WebSocket library had written when Mattermost added its error. */
  readonly before: string;
  readonly error: AppError;
}

const FAILED: AppError = {
  id: 'api.web_socket.connect.upgrade.app_error',
  message: 'Failed to upgrade websocket connection.',
  // 500 inside, 400 or 403 outside: so it is in captures/mattermost-upgrade-answers.json.
  status_code: 500,
};

const NOT_OAUTH: AppError = {
  id: 'api.context.token_provided.app_error',
  message: 'Session is not OAuth but token was provided in the query string.',
  status_code: 401,
};

export const NOT_FOUND: AppError = {
  id: 'api.context.404.app_error',
  message: 'Sorry, we could not find the page.',
  status_code: 404,
};

/** `/api/v4/websocket` with an optional slash at the end, and nothing else. */
export function isSocketRoute(request: IncomingMessage): boolean {
  return request.method === 'GET' && /^\/api\/v4\/websocket\/?$/.test(pathOf(request));
}

/** null when the request may be upgraded. */
export function upgradeRefusal(request: IncomingMessage, siteUrl: string | null): UpgradeRefusal | null {
  if (!isSocketRoute(request)) return { status: 404, before: '', error: NOT_FOUND };
  const { headers } = request;
  // A session is looked for before the upgrade is tried, hence this order.
  if (tokenOf(request)?.from === 'query') return { status: 401, before: '', error: NOT_OAUTH };
  const complete =
    hasToken(headers.connection, 'upgrade') &&
    hasToken(headers.upgrade, 'websocket') &&
    headers['sec-websocket-version'] === '13' &&
    headers['sec-websocket-key'] !== undefined;
  if (!complete) return { status: 400, before: 'Bad Request\n', error: FAILED };
  if (!originPasses(headers.origin, siteUrl)) return { status: 403, before: 'Forbidden\n', error: FAILED };
  return null;
}

export interface Token {
  readonly token: string;
  readonly from: 'cookie' | 'header' | 'query';
}

/** The token of a request, by Mattermost's precedence: cookie, `Authorization`, query. */
export function tokenOf(request: IncomingMessage): Token | null {
  const cookie = /(?:^|;\s*)MMAUTHTOKEN=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  if (cookie !== undefined) return { token: cookie, from: 'cookie' };
  const header = /^(?:bearer|token)\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (header !== undefined) return { token: header, from: 'header' };
  const query = queryOf(request).get('access_token');
  return query === null || query === '' ? null : { token: query, from: 'query' };
}

export function queryOf(request: IncomingMessage): URLSearchParams {
  const url = request.url ?? '';
  const mark = url.indexOf('?');
  return new URLSearchParams(mark === -1 ? '' : url.slice(mark));
}

export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}

/** Browsers send an Origin, clients in Node or Go do not and pass. */
function originPasses(origin: string | undefined, siteUrl: string | null): boolean {
  if (origin === undefined || siteUrl === null) return true;
  return URL.canParse(origin) && URL.canParse(siteUrl) && new URL(origin).origin === new URL(siteUrl).origin;
}

function hasToken(header: string | undefined, token: string): boolean {
  return (header ?? '').split(',').some((part) => part.trim().toLowerCase() === token);
}
