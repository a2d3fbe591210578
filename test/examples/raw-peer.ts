import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * A WebSocket client of bare TCP: it answers nothing by itself and sees what no library shows, a FIN against an RST and
 * every frame before it.
 */

export interface WireFrame {
  readonly opcode: number;
  readonly masked: boolean;
  readonly payload: Buffer;
}

export type WireEnd = 'fin' | 'rst';

export interface RawPeer {
  readonly socket: Socket;
  /** The answer to the upgrade, up to and with the blank line. */
  readonly head: string;
  /** All frames so far. */
  readonly frames: readonly WireFrame[];
  /** Resolves with the frame of that index once it has arrived. */
  frame(index: number): Promise<WireFrame>;
  /** Resolves when the server's side of TCP has ended. */
  readonly ended: Promise<WireEnd>;
  /** Sends a masked frame, with a key of zeros. */
  send(opcode: number, payload: string | Buffer): void;
}

export interface Dial {
  readonly port: number;
  readonly path?: string;
  readonly headers?: readonly string[];
}

/** Resolves once the head of the answer is there; the FIN of the server is not answered. */
export async function dial({ port, path = '/api/v4/websocket', headers = [] }: Dial): Promise<RawPeer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ...headers,
  ];
  const { promise: ended, resolve: end } = Promise.withResolvers<WireEnd>();
  const { promise: headSeen, resolve: headDone } = Promise.withResolvers<string>();
  const frames: WireFrame[] = [];
  const waiting = new Map<number, (frame: WireFrame) => void>();
  let head = '';
  let buffered = Buffer.alloc(0);
  socket.on('error', () => end('rst'));
  socket.on('end', () => end('fin'));
  socket.on('data', (data: Buffer) => {
    buffered = Buffer.concat([buffered, data]);
    if (head === '') {
      const blank = buffered.indexOf('\r\n\r\n');
      if (blank === -1) return;
      head = buffered.toString('latin1', 0, blank + 4);
      buffered = buffered.subarray(blank + 4);
      headDone(head);
    }
    for (let frame = readFrame(buffered); frame !== null; frame = readFrame(buffered)) {
      buffered = buffered.subarray(frame.bytes);
      waiting.get(frames.push(frame) - 1)?.(frame);
    }
  });
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await headSeen;
  return {
    socket,
    head,
    frames,
    ended,
    frame: (index) => {
      const known = frames[index];
      if (known !== undefined) return Promise.resolve(known);
      const { promise, resolve } = Promise.withResolvers<WireFrame>();
      waiting.set(index, resolve);
      return promise;
    },
    send: (opcode, payload) => socket.write(maskedFrame(opcode, Buffer.from(payload))),
  };
}

/** The text of a text frame; anything else is a failed test. */
export function textOf(frame: WireFrame): string {
  if (frame.opcode !== 1) throw new Error(`not a text frame: opcode ${frame.opcode}`);
  return frame.payload.toString();
}

function maskedFrame(opcode: number, payload: Buffer): Buffer {
  const short = payload.length < 126;
  const header = Buffer.alloc(short ? 6 : 8);
  header[0] = 0x80 | opcode;
  header[1] = 0x80 | (short ? payload.length : 126);
  if (!short) header.writeUInt16BE(payload.length, 2);
  return Buffer.concat([header, payload]);
}

function readFrame(bytes: Buffer): (WireFrame & { readonly bytes: number }) | null {
  if (bytes.length < 2) return null;
  const masked = (bytes.readUInt8(1) & 0x80) !== 0;
  let length = bytes.readUInt8(1) & 0x7f;
  let offset = 2;
  if (length >= 126) {
    offset = length === 126 ? 4 : 10;
    if (bytes.length < offset) return null;
    length = length === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  }
  if (bytes.length < offset + length) return null;
  const payload = Buffer.from(bytes.subarray(offset, offset + length));
  return { opcode: bytes.readUInt8(0) & 0x0f, masked, payload, bytes: offset + length };
}
