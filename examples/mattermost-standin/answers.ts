import type { ServerResponse } from 'node:http';
import { newId } from './ids.ts';
import { type AppError, errorBody, goJson, SERVER_VERSION } from './messages.ts';
import type { Dialect } from './options.ts';
import type { UpgradeRefusal } from './upgrade.ts';

/** The label on every answer, the 101 included. */
export const LABEL = ['X-Hangup-Standin', 'not Mattermost'] as const;

/** Plain HTTP answers, with the headers that a real server puts on each. */
export function json(response: ServerResponse, status: number, body: unknown, dialect: Dialect): void {
  write(response, status, 'application/json', `${goJson(body)}\n`, newId(), dialect);
}

export function fail(response: ServerResponse, error: AppError, dialect: Dialect): void {
  const id = newId();
  write(response, error.status_code, 'application/json', goJson(errorBody(error, id)), id, dialect);
}

/** As in captures/mattermost-upgrade-answers.json: a line of text, then JSON, all called text. */
export function refuse(response: ServerResponse, refusal: UpgradeRefusal, dialect: Dialect): void {
  const id = newId();
  const body = refusal.before + goJson(errorBody(refusal.error, id));
  if (refusal.before !== '') response.setHeader('Sec-WebSocket-Version', '13');
  write(response, refusal.status, refusal.before === '' ? 'application/json' : TEXT, body, id, dialect);
}

const TEXT = 'text/plain; charset=utf-8';

function write(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
  requestId: string,
  dialect: Dialect,
): void {
  response.writeHead(status, {
    'Content-Type': contentType,
    Expires: '0',
    Vary: 'Accept-Encoding',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': requestId,
    'X-Version-Id': SERVER_VERSION[dialect],
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}
