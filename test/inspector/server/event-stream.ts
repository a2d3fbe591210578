/** A reader of `/api/live` on a bare socket, which can stop to read as a suspended laptop does. */

import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ConnectionView, LiveStatus } from '../../../src/inspector/api.ts';
import { Changes } from '../../kit/until.ts';
import { type PageStage, TOKEN } from './page-stage.ts';

export interface ReadEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Partial<ConnectionView & LiveStatus>;
}

export class EventStream {
  readonly socket: Socket;
  readonly events: ReadEvent[] = [];
  head = '';
  comments = 0;
  bytes = 0;
  ended = false;
  #rest = '';
  readonly #changes = new Changes(() => `${this.events.map(({ event }) => event)} ${this.head}`);

  constructor(page: PageStage, headers: Readonly<Record<string, string>> = {}, path = '/api/live') {
    this.socket = connect(page.port, '127.0.0.1');
    this.socket.setEncoding('utf8');
    this.socket.on('data', (text: string) => this.#read(text));
    this.socket.on('close', () => {
      this.ended = true;
      this.#changes.changed();
    });
    this.socket.on('error', () => undefined);
    onTestFinished(() => void this.socket.destroy());
    const all = { Host: 'localhost', Authorization: `Bearer ${TOKEN}`, ...headers };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  }

  until<T>(what: string, look: () => T, timeoutMs?: number) {
    return this.#changes.until(what, look, timeoutMs);
  }

  /** The nth event of that name; waits for it. */
  event(name: string, nth = 0, timeoutMs?: number) {
    return this.until(
      `${name} number ${nth}`,
      () => this.events.filter(({ event }) => event === name)[nth] ?? null,
      timeoutMs,
    );
  }

  #read(text: string): void {
    this.bytes += text.length;
    this.#rest += text;
    if (this.head === '') {
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.head = this.#rest.slice(0, end);
      this.#rest = this.#rest.slice(end + 4);
    }
    // Chunks end their lines with CRLF, events with LF: what a chunk's size says is of no interest here.
    const blocks = this.#rest.replaceAll(/(?:^|\r\n)[0-9a-f]+\r\n/g, '').split('\n\n');
    const complete = this.#rest.endsWith('\r\n') ? blocks : [];
    if (complete.length > 0) this.#rest = '';
    for (const block of complete) this.#understand(block);
    this.#changes.changed();
  }

  #understand(block: string): void {
    if (block.startsWith(':')) this.comments++;
    const fields = new Map(
      block.split('\n').map((line) => [line.split(': ', 1)[0] ?? '', line.slice(line.indexOf(': ') + 2)]),
    );
    const event = fields.get('event');
    if (event === undefined) return;
    this.events.push({
      id: fields.get('id') ?? '',
      event,
      data: JSON.parse((fields.get('data') ?? '').replace(/\r\n$/, '')),
    });
  }
}
