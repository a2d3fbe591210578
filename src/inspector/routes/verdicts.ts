import type { ConnectionQuery } from '../api.ts';
import { ask, askOn, type Desk } from '../desk.ts';
import { connectionQuery } from './connection-query.ts';
import { sendLines } from './ndjson.ts';
import { readQuery } from './query.ts';
import { get } from './route.ts';

/** Verdicts that are read at once. */
const PAGE_LINES = 500;

/** `GET /api/verdicts` → the lines of `hangup report --json` */
export const verdicts = get('/api/verdicts', (desk) => async (request, response) => {
  await sendLines(response, 'hangup-verdicts.ndjson', pagesOf(desk, readQuery(request, connectionQuery)));
});

async function* pagesOf(desk: Desk, query: ConnectionQuery): AsyncGenerator<string> {
  let page = await ask(desk, (archive) => archive.verdicts(query, PAGE_LINES, null));
  for (;;) {
    if (page.lines.length > 0) yield `${page.lines.join('\n')}\n`;
    const { next } = page;
    if (next === null) return;
    page = await askOn(desk, (archive) => archive.verdicts(query, PAGE_LINES, next));
  }
}
