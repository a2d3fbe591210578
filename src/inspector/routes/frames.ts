import type { Request, Response } from 'express';
import { z } from 'zod';
import { parsed, refused } from '../../words/parsed.ts';
import { ask, askOn, type Desk } from '../desk.ts';
import { sendLines } from './ndjson.ts';
import { moment, readQuery, single, whole, yesNo } from './query.ts';
import { found, get, idOf } from './route.ts';

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 1000;
/** Frames that are read at once for a download. */
const DOWNLOAD_FRAMES = 1000;

const query = z.object({
  from: whole(0, Number.MAX_SAFE_INTEGER).exactOptional(),
  at: moment.exactOptional(),
  limit: whole(1, MAX_LIMIT).default(DEFAULT_LIMIT),
  control: yesNo.exactOptional(),
  format: single((text) =>
    text === 'json' || text === 'ndjson' ? parsed(text) : refused(`"${text}" is not one of json, ndjson`),
  ).default('json'),
});

/** `GET /api/connections/:id/frames` → FramesPage, or all frames as lines */
export const frames = get('/api/connections/:id/frames', (desk) => async (request, response) => {
  const id = idOf(request);
  const { format, ...wanted } = readQuery(request, query);
  if (format === 'ndjson') return await sendAll(desk, request, response, wanted.control);
  response.json(found(await ask(desk, (archive) => archive.frames(id, wanted))));
});

function sendAll(desk: Desk, request: Request, response: Response, control: boolean | undefined): Promise<void> {
  const id = idOf(request);
  return sendLines(response, `hangup-${id}-frames.ndjson`, pagesOf(desk, id, control === undefined ? {} : { control }));
}

async function* pagesOf(desk: Desk, id: string, list: { readonly control?: boolean }): AsyncGenerator<string> {
  let page = found(await ask(desk, (archive) => archive.frames(id, { ...list, from: 0, limit: DOWNLOAD_FRAMES })));
  while (page.frames.length > 0) {
    yield page.frames.map((frame) => `${JSON.stringify(frame)}\n`).join('');
    const from = page.first + page.frames.length;
    if (page.frames.length < DOWNLOAD_FRAMES) return;
    page = found(await askOn(desk, (archive) => archive.frames(id, { ...list, from, limit: DOWNLOAD_FRAMES })));
  }
}
