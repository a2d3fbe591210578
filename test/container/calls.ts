/** Calls to published ports, as programs on the engine's host make them, and what hangup in a container says of them. */

import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import WebSocket from 'ws';
import type { Docker } from '../kit/docker.ts';
import type { VerdictLine } from '../kit/gateway-process.ts';
import { WaitedInVain } from '../kit/until.ts';

/** What containers become has no event that could be waited for here. */
const LOOK_EVERY_MS = 200;

export const WEBSOCKET = '/api/v4/websocket';
/** One of the stand-in's. */
const TOKEN = 'standintokenofbot000000000';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface CallOptions {
  readonly secure?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** GET from a published port. @param socket from `docker.connect` */
export async function get(socket: Socket, path: string, { secure, headers }: CallOptions = {}): Promise<Answer> {
  const options = { path, host: '127.0.0.1', headers: { Connection: 'close', ...headers } };
  const request = secure
    ? https.get({ ...options, createConnection: () => secured(socket) })
    : http.get({ ...options, createConnection: () => socket });
  const [answer] = await once(request, 'response');
  let body = '';
  for await (const chunk of answer.setEncoding('utf8')) body += chunk;
  return { status: answer.statusCode, body };
}

/** A client of the stand-in that has logged in and been greeted. */
export async function greetedClient(socket: Socket, { secure, headers }: CallOptions = {}): Promise<WebSocket> {
  const client = new WebSocket(`${secure ? 'wss' : 'ws'}://127.0.0.1${WEBSOCKET}`, {
    headers: { Authorization: `Bearer ${TOKEN}`, ...headers },
    createConnection: () => (secure ? secured(socket) : socket),
  });
  await once(client, 'message');
  return client;
}

/** Says goodbye and waits for the answer. */
export async function goodbye(client: WebSocket): Promise<void> {
  client.close(1000);
  await once(client, 'close');
}

/** Certificates of tests are their own authority. */
const secured = (socket: Socket): Socket => tls.connect({ socket, rejectUnauthorized: false });

/** What `hangup report --json`, run in the container, says. @param more arguments of it */
export async function verdicts(docker: Docker, container: string, ...more: readonly string[]): Promise<VerdictLine[]> {
  const text = await docker.run('exec', container, 'hangup', 'report', '--json', ...more);
  return text.split('\n').filter(Boolean).map(readVerdict);
}

/** Resolves with what `look` finds at last; `undefined` and `false` mean "not yet". @param state for the message of a wait in vain */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  timeoutMs: number,
  state: () => Promise<string> = async () => '',
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new WaitedInVain(`waited ${timeoutMs} ms for ${what}\n${await state()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function readVerdict(line: string): VerdictLine {
  return JSON.parse(line);
}
