import { z } from 'zod';
import { ask } from '../desk.ts';
import { milliseconds, readQuery } from './query.ts';
import { found, get, idOf } from './route.ts';

/** Shorter silences are no more than the pace of a conversation, in ms. */
const DEFAULT_MIN_MS = 10_000;

const query = z.object({ minMs: milliseconds.default(DEFAULT_MIN_MS) });

/** `GET /api/connections/:id/gaps` → GapsPage */
export const gaps = get('/api/connections/:id/gaps', (desk) => async (request, response) => {
  const id = idOf(request);
  const { minMs } = readQuery(request, query);
  response.json(found(await ask(desk, (archive) => archive.gaps(id, minMs))));
});
