import { once } from 'node:events';
import type { Response } from 'express';

/**
 * Sends lines of JSON as a file to be kept, no faster than the reader takes them.
 *
 * @param pages lines with their line ends, some at a time; nothing is sent before the first ones are there, so that a failure until
 * then is still an answer of its own
 * @param file its name, of harmless characters
 */
export async function sendLines(response: Response, file: string, pages: AsyncIterator<string>): Promise<void> {
  let page = await pages.next();
  response.setHeader('Content-Type', 'application/x-ndjson; charset=utf-8');
  response.setHeader('Content-Disposition', `attachment; filename="${file}"`);
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  while (page.done !== true) {
    if (response.destroyed) return;
    if (!response.write(page.value)) {
      // Rejects when the reader goes away; then nobody is left to be told.
      await once(response, 'drain', { signal: gone.signal }).catch(() => undefined);
    }
    page = await pages.next();
  }
  response.end();
}
