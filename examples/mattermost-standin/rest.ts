import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fail, json } from './answers.ts';
import { Files } from './files.ts';
import type { Hub } from './hub.ts';
import type { AppError } from './messages.ts';
import type { Dialect } from './options.ts';
import { NOT_FOUND, pathOf, queryOf, tokenOf } from './upgrade.ts';
import type { User } from './world.ts';

/** Enough of the REST API for a relay's plain HTTP half to have something real to carry. */
export class Rest {
  readonly #hub: Hub;
  readonly #dialect: Dialect;
  readonly #files = new Files();

  constructor(hub: Hub, dialect: Dialect) {
    this.#hub = hub;
    this.#dialect = dialect;
  }

  /** Answers a request that is no upgrade; settles when the answer is written or the client has left. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = `${request.method} ${pathOf(request)}`;
    const user = this.#hub.world.userOf(tokenOf(request)?.token ?? null);
    if (route === 'GET /api/v4/system/ping') this.#json(response, 200, SYSTEM_PING);
    else if (route === 'GET /standin/slow') await slow(request, response);
    else if (!route.includes(' /api/v4/')) this.#fail(response, NOT_FOUND);
    else if (user === null) this.#fail(response, NO_SESSION);
    else await this.#answerUser(route, request, response, user);
  }

  async #answerUser(route: string, request: IncomingMessage, response: ServerResponse, user: User): Promise<void> {
    const fileId = /^GET \/api\/v4\/files\/([a-z0-9]{26})$/.exec(route)?.[1];
    if (route === 'GET /api/v4/users/me') this.#json(response, 200, user);
    else if (route === 'GET /api/v4/users/me/channels') this.#channels(response, user);
    else if (route === 'POST /api/v4/posts') await this.#post(request, response, user);
    else if (route === 'POST /api/v4/files') await this.#upload(request, response);
    else if (fileId !== undefined) await this.#download(response, fileId);
    else this.#fail(response, NOT_FOUND);
  }

  #fail(response: ServerResponse, error: AppError): void {
    fail(response, error, this.#dialect);
  }

  #json(response: ServerResponse, status: number, body: unknown): void {
    json(response, status, body, this.#dialect);
  }

  #channels(response: ServerResponse, user: User): void {
    const mine = this.#hub.world.channels.filter((channel) => channel.members.includes(user));
    const body = mine.map(({ id, type, name, displayName, teamId }) => ({
      id,
      type,
      name,
      display_name: displayName,
      team_id: teamId,
    }));
    this.#json(response, 200, body);
  }

  async #post(request: IncomingMessage, response: ServerResponse, user: User): Promise<void> {
    const body = await jsonBody(request);
    const channel = typeof body?.channel_id === 'string' ? this.#hub.world.channel(body.channel_id) : null;
    const message = typeof body?.message === 'string' ? body.message : null;
    if (channel === null || message === null) this.#fail(response, BAD_POST);
    else if (!channel.members.includes(user)) this.#fail(response, NOT_A_MEMBER);
    else {
      const mentions = this.#hub.world.users.filter(({ username }) => message.includes(`@${username}`));
      this.#json(response, 201, this.#hub.post(channel, user, message, mentions));
    }
  }

  async #upload(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const file = await this.#files.take(request);
    if (file === null) this.#fail(response, TOO_LARGE);
    else this.#json(response, 201, { id: file.id, size: file.size, sha256: file.sha256 });
  }

  async #download(response: ServerResponse, id: string): Promise<void> {
    const file = this.#files.get(id);
    if (file === null) {
      this.#fail(response, NOT_FOUND);
      return;
    }
    response.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': file.size,
      'X-Content-Sha256': file.sha256,
    });
    await pipeline(Readable.from(file.chunks), response);
  }
}

/** `GET /standin/slow?chunks=5&everyMs=100`: a chunked body, one line at a time. No such thing on a real server. */
async function slow(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const query = queryOf(request);
  const chunks = Number(query.get('chunks') ?? 5);
  const everyMs = Number(query.get('everyMs') ?? 100);
  response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' });
  for (let i = 1; i <= chunks && !response.destroyed; i++) {
    response.write(`${i} of ${chunks}\n`);
    if (i < chunks) await pause(everyMs);
  }
  response.end();
}

/** @returns null for a body that is not a JSON object */
async function jsonBody(request: IncomingMessage): Promise<Record<string, unknown> | null> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > POST_LIMIT_CHARACTERS) return null;
  }
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Far above a post of a real server (16,383 characters): tests fill queues with large posts. */
const POST_LIMIT_CHARACTERS = 1024 * 1024;

const SYSTEM_PING = {
  AndroidLatestVersion: '',
  AndroidMinVersion: '',
  IosLatestVersion: '',
  IosMinVersion: '',
  status: 'OK',
};
const NO_SESSION: AppError = {
  id: 'api.context.session_expired.app_error',
  message: 'Invalid or expired session, please login again.',
  status_code: 401,
};
const BAD_POST: AppError = {
  id: 'api.context.invalid_body_param.app_error',
  message: 'Invalid or missing post in request body.',
  status_code: 400,
};
const NOT_A_MEMBER: AppError = {
  id: 'api.context.permissions.app_error',
  message: 'You do not have the appropriate permissions.',
  status_code: 403,
};
const TOO_LARGE: AppError = {
  id: 'api.file.upload_file.too_large_detailed.app_error',
  message: 'Unable to upload file. File is too large.',
  status_code: 413,
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
