import { z } from 'zod';
import { ApiFailure } from '../api-failure.ts';
import { ask } from '../desk.ts';
import { readQuery, whole } from './query.ts';
import { get, idOf } from './route.ts';

const DEFAULT_BYTES = 64 * 1024;
/** More than is ever kept of a frame. */
const MAX_BYTES = 16 * 1024 * 1024;

const query = z.object({ limit: whole(1, MAX_BYTES).default(DEFAULT_BYTES) });

/** `GET /api/connections/:id/frames/:index/payload` → PayloadView */
export const payload = get('/api/connections/:id/frames/:index/payload', (desk) => async (request, response) => {
  const id = idOf(request);
  const { index } = request.params;
  const { limit } = readQuery(request, query);
  const known = typeof index === 'string' && /^\d{1,15}$/.test(index);
  const kept = known ? await ask(desk, (archive) => archive.payload(id, Number(index), limit)) : null;
  if (kept === null) throw new ApiFailure(404, 'nothing was kept of such a payload; --payload says what is');
  response.json(kept);
});
