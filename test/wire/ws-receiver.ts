import type { Writable } from 'node:stream';
import * as ws from 'ws';

/** What `ws` makes of a stream: its events in order, buffers copied (it unmasks in place and reuses nothing of ours). */
export type WsEvent =
  | { readonly kind: 'message'; readonly data: Buffer; readonly binary: boolean }
  | { readonly kind: 'ping' | 'pong'; readonly data: Buffer }
  | { readonly kind: 'close'; readonly code: number; readonly reason: Buffer };

export interface WsAccount {
  readonly events: readonly WsEvent[];
  /** The code of the error that ended the reading, or null. */
  readonly error: string | null;
  /** In which chunk the error came or the Close was complete; -1 when neither. */
  readonly endedIn: number;
}

interface ReceiverOptions {
  readonly isServer: boolean;
  readonly extensions: Readonly<Record<string, Inflater>>;
}

type ReceiverClass = new (options: ReceiverOptions) => Writable;

/** The one thing that the receiver asks of a negotiated permessage-deflate. */
interface Inflater {
  decompress(data: Buffer, fin: boolean, done: (error: Error | null, inflated: Buffer) => void): void;
}

/** `ws` exports its receiver, and @types/ws does not know it. */
function receiverClass(): ReceiverClass {
  const found: unknown = Reflect.get(ws, 'Receiver');
  if (!isReceiverClass(found)) throw new Error('this version of ws does not export its Receiver');
  return found;
}

function isReceiverClass(value: unknown): value is ReceiverClass {
  return typeof value === 'function' && value.name === 'Receiver';
}

const Receiver = receiverClass();

/**
 * Gives back as it stands what claims to be compressed: the frame layer is what is compared. It answers later, because
 * the receiver is not made for an answer at once.
 */
const NO_INFLATER: Inflater = { decompress: (data, _fin, done) => queueMicrotask(() => done(null, data)) };

/**
 * Gives the chunks to a receiver of `ws`, until it has enough of them. It changes their bytes.
 *
 * @param deflate whether permessage-deflate is negotiated
 */
export async function readWithWs(chunks: readonly Buffer[], isServer: boolean, deflate: boolean): Promise<WsAccount> {
  const receiver = new Receiver({ isServer, extensions: deflate ? { 'permessage-deflate': NO_INFLATER } : {} });
  const events: WsEvent[] = [];
  let error: string | null = null;
  let closed = false;
  receiver.on('message', (data: Buffer, binary: boolean) =>
    events.push({ kind: 'message', data: Buffer.from(data), binary }),
  );
  receiver.on('ping', (data: Buffer) => events.push({ kind: 'ping', data: Buffer.from(data) }));
  receiver.on('pong', (data: Buffer) => events.push({ kind: 'pong', data: Buffer.from(data) }));
  receiver.on('conclude', (code: number, reason: Buffer) => {
    closed = true;
    events.push({ kind: 'close', code, reason: Buffer.from(reason) });
  });
  receiver.on('error', () => undefined);
  let endedIn = -1;
  for (const [i, chunk] of chunks.entries()) {
    const failure = await written(receiver, chunk, deflate);
    if (failure !== null) error = 'code' in failure ? String(failure.code) : failure.message;
    if (failure === null && !closed) continue;
    endedIn = i;
    break;
  }
  return { events, error, endedIn };
}

/** The receiver's error, or null. Without an inflater it has done with the chunk when `write` returns. */
function written(receiver: Writable, chunk: Buffer, deflate: boolean): Error | null | Promise<Error | null> {
  if (!deflate) {
    receiver.write(chunk);
    return receiver.errored;
  }
  return new Promise((resolve) => receiver.write(chunk, (error) => resolve(error ?? null)));
}
