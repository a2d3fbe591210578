import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { harmless } from '../words/harmless.ts';
import type { ApiError } from './api.ts';
import { ApiFailure } from './api-failure.ts';

/** Whatever no route took. */
export const notFound: RequestHandler = (request) => {
  throw request.method === 'GET' || request.method === 'HEAD'
    ? new ApiFailure(
        404,
        `there is nothing at ${harmless(request.baseUrl + request.path)}; docs/api.md lists what there is`,
      )
    : notAllowed(['GET']);
};

/** @param methods what there is at this path */
export function notAllowed(methods: readonly string[]): ApiFailure {
  const allow = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  return new ApiFailure(405, `only ${allow.join(', ')} here`, { Allow: allow.join(', ') });
}

/** Says every failure as one sentence: to a program as JSON, to a browser that wants to show something as plain text. */
export function sayFailures(logger: Logger): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (response.headersSent) {
      // Half an answer: all that is left to say is that it ends here.
      response.destroy();
      next();
      return;
    }
    const failure = asFailure(error, logger);
    response.status(failure.status).set(failure.headers);
    response.setHeader('Cache-Control', 'no-store');
    if (showsText(request.headers.accept, request.path)) sayText(response, failure);
    else response.json({ error: failure.message } satisfies ApiError);
  };
}

function asFailure(error: unknown, logger: Logger): ApiFailure {
  if (error instanceof ApiFailure) return error;
  const status = statusOf(error);
  // Express and its parsers: a body that is too large or of an unknown encoding. Of a broken one they would cite a piece.
  if (status === 400) return new ApiFailure(status, 'the request cannot be read; its body must be JSON');
  if (status === 413) return new ApiFailure(status, tooLarge(error));
  if (status !== null && error instanceof Error) return new ApiFailure(status, error.message);
  logger.error({ err: error }, 'the page failed');
  return new ApiFailure(500, 'hangup failed to answer; its log says why');
}

function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('status' in error)) return null;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}

/** body-parser says the limit of the route, in bytes. */
function tooLarge(error: unknown): string {
  const limit = typeof error === 'object' && error !== null && 'limit' in error ? Number(error.limit) : Number.NaN;
  if (Number.isNaN(limit)) return 'the body of the request is too large';
  const size = limit < MIB ? `${limit / KIB} KiB` : `${limit / MIB} MiB`;
  return `the body of this request may have ${size} at most`;
}

const KIB = 1024;
const MIB = KIB * KIB;

const showsText = (accept: string | undefined, path: string): boolean =>
  !path.startsWith('/api/') && (accept ?? '').includes('text/html');

function sayText(response: Response, { message }: ApiFailure): void {
  response.type('text/plain').send(`hangup: ${message}\n`);
}
