import express, { type Request } from 'express';
import { ApiFailure } from '../api-failure.ts';
import type { Route } from './route.ts';

/** 4 MiB: a dump of 20,000 lines has one. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * `POST /api/check` {files, version?, host?, explain?, mend?} → CheckAnswer
 *
 * Nothing of it is kept. The body goes as it came into a process of its own and the answer comes out of it as it goes to the client: to
 * read and write JSON of such a size here would hold up what is relayed.
 */
export const check: Route = {
  method: 'POST',
  path: '/api/check',
  open: false,
  body: express.raw({ type: 'application/json', limit: MOST_BYTES, inflate: false }),
  handler:
    ({ checker }) =>
    async (request, response) => {
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const body = bodyOf(request);
      const reply = await checker.check(body, gone.signal).catch((error: unknown) => {
        if (gone.signal.aborted) return null;
        throw error;
      });
      if (reply === null) return;
      response.status(reply.status).setHeader('Content-Type', 'application/json; charset=utf-8');
      for (const piece of reply.pieces) response.write(piece);
      response.end();
    },
};

function bodyOf(request: Request): Uint8Array {
  const body: unknown = request.body;
  if (body instanceof Uint8Array) return body;
  throw new ApiFailure(415, 'the body must be JSON, and Content-Type must say so: application/json');
}
