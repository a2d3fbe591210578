import { z } from 'zod';
import type { ConnectionDetail } from '../api.ts';
import { ask } from '../desk.ts';
import { readQuery, yesNo } from './query.ts';
import { found, get, idOf } from './route.ts';

const query = z.object({ download: yesNo.default(false) });

/** `GET /api/connections/:id` → ConnectionDetail */
export const connection = get('/api/connections/:id', (desk) => async (request, response) => {
  const id = idOf(request);
  const { download } = readQuery(request, query);
  const archived = found(await ask(desk, (archive) => archive.connection(id)));
  const detail: ConnectionDetail = { ...archived, ...desk.open.upToDate(archived) };
  if (download) response.setHeader('Content-Disposition', `attachment; filename="hangup-${id}.json"`);
  response.json(detail);
});
