import { z } from 'zod';
import { ask } from '../desk.ts';
import { connectionQuery } from './connection-query.ts';
import { readQuery, text, whole } from './query.ts';
import { get } from './route.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
/** Far longer than any cursor. */
const LONGEST_CURSOR = 1000;

const query = z.object({
  ...connectionQuery.shape,
  limit: whole(1, MAX_LIMIT).default(DEFAULT_LIMIT),
  cursor: text(LONGEST_CURSOR).nullable().default(null),
});

/** `GET /api/connections` → ConnectionsPage */
export const connections = get('/api/connections', (desk) => async (request, response) => {
  const { limit, cursor, ...wanted } = readQuery(request, query);
  const page = await ask(desk, (archive) => archive.connections(wanted, limit, cursor));
  response.json({ ...page, connections: page.connections.map((row) => desk.open.upToDate(row)) });
});
