import { z } from 'zod';
import { readQuery, text } from './query.ts';
import { get } from './route.ts';

const LONGEST_ID = 100;

const query = z.object({ lastEventId: text(LONGEST_ID).nullable().default(null) });

/** `GET /api/live` → LiveEvent, as server-sent events */
export const live = get('/api/live', (desk) => (request, response) => {
  const { lastEventId } = readQuery(request, query);
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    // nginx before the page would gather events until its buffer is full.
    'X-Accel-Buffering': 'no',
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  response.flushHeaders();
  desk.feed.attach(response, request.get('Last-Event-ID') ?? lastEventId);
});
