import http, { type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Feed } from '../../../src/inspector/live/feed.ts';
import { row } from './fake-archive.ts';

/** What a reader may leave waiting (256 KiB), and the one event that goes beyond it. */
const BOUND = 256 * 1024 + 8_000;

/** A feed with readers on real sockets. */
async function stage() {
  const feed = new Feed(() => ({ open: 0, recording: true }));
  const responses: ServerResponse[] = [];
  const server = http.createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    feed.attach(response, null);
    responses.push(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  let made = 0;
  return {
    feed,
    async reader(): Promise<{
      readonly socket: Socket;
      readonly response: ServerResponse;
      readonly heard: () => string;
    }> {
      const socket = connect(port, '127.0.0.1');
      let heard = '';
      socket.setEncoding('utf8').on('data', (text: string) => {
        heard += text;
      });
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      onTestFinished(() => void socket.destroy());
      await vi.waitFor(() => expect(heard).toContain('event: status'));
      const response = responses.at(-1);
      if (response === undefined) throw new Error('nobody was attached');
      return { socket, response, heard: () => heard };
    },
    /** Publishes an event of about 5 KB. @returns its size */
    publish(): number {
      const data = row(`id-${made++}`, { url: `/${'x'.repeat(4500)}` });
      feed.publish({ event: 'opened', data });
      return JSON.stringify(data).length;
    },
  };
}

it('a reader that stops reading holds up to 256 KiB, whatever happens, and comes back with a snapshot', async () => {
  const { reader, publish } = await stage();
  const slow = await reader();
  slow.socket.pause();
  let published = 0;
  let waiting = 0;
  while (published < 30_000_000) {
    published += publish();
    waiting = Math.max(waiting, slow.response.writableLength);
    // The kernel takes what it can, so that the bound is met with its buffers full.
    if (published % 100 < 50) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(waiting).toBeGreaterThan(256 * 1024);
  expect(waiting).toBeLessThan(BOUND);
  const stopped = slow.response.writableLength;
  publish();
  expect(slow.response.writableLength).toBe(stopped);
  slow.socket.resume();
  await vi.waitFor(() => expect(slow.heard()).toContain('event: snapshot'), 5000);
  const before = slow.heard().length;
  publish();
  await vi.waitFor(() => expect(slow.heard().slice(before)).toContain('event: opened'));
  expect(slow.heard().length).toBeLessThan(published / 2);
});

it('one that is only a little behind misses nothing', async () => {
  const { reader, publish } = await stage();
  const slow = await reader();
  slow.socket.pause();
  // 3 MB: more than may wait in the answer, less than the ring keeps.
  for (let i = 0; i < 600; i++) publish();
  slow.socket.resume();
  await vi.waitFor(() => expect(slow.heard()).toContain('"id-599"'), 5000);
  expect(slow.heard().match(/event: opened/g)).toHaveLength(600);
  expect(slow.heard()).not.toContain('event: snapshot');
});

it('does not hold up a quick one', async () => {
  const { reader, publish } = await stage();
  const [slow, quick] = [await reader(), await reader()];
  slow.socket.pause();
  for (let i = 0; i < 2000; i++) {
    publish();
    if (i % 20 === 19) await vi.waitFor(() => expect(quick.heard()).toContain(`"id-${i}"`), { interval: 1 });
  }
  expect(quick.heard()).not.toContain('event: snapshot');
});

it('is forgotten when its line breaks', async () => {
  const { reader, publish } = await stage();
  const gone = await reader();
  const closed = new Promise((resolve) => gone.response.once('close', resolve));
  gone.socket.resetAndDestroy();
  await closed;
  const write = vi.spyOn(gone.response, 'write');
  publish();
  expect(write).not.toHaveBeenCalled();
});
