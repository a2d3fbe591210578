import { isUtf8 } from 'node:buffer';
import { FAULT } from '../../src/wire/faults.ts';
import { FrameLog, type SeenFrame } from './frame-log.ts';
import type { FuzzStream } from './fuzz-stream.ts';
import { readWithWs, type WsAccount, type WsEvent } from './ws-receiver.ts';

/** Which of our faults each error of ws stands for. It tells the first that it meets, we tell all. */
export const WS_ERRORS: Readonly<Record<string, number>> = {
  WS_ERR_UNEXPECTED_RSV_1: FAULT.rsv,
  WS_ERR_UNEXPECTED_RSV_2_3: FAULT.rsv,
  WS_ERR_INVALID_OPCODE: FAULT.reservedOpcode | FAULT.continuationWithoutStart | FAULT.messageInterrupted,
  WS_ERR_EXPECTED_FIN: FAULT.controlFragmented,
  // RFC 6455 §5.2: ws refuses a ping whose length is written in 16 bits for its form; to us the form is the fault.
  WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH: FAULT.controlTooLong | FAULT.closeLengthOne | FAULT.lengthNotMinimal,
  WS_ERR_EXPECTED_MASK: FAULT.maskMissing,
  WS_ERR_UNEXPECTED_MASK: FAULT.maskUnexpected,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: FAULT.lengthTooLarge,
  WS_ERR_INVALID_CLOSE_CODE: FAULT.closeCode,
  WS_ERR_INVALID_UTF8: FAULT.closeReason,
};

/** RFC 6455 §5.2, "the minimal number of bytes MUST be used": ws reads longer forms of data frames without a word. */
const WS_OVERLOOKS = FAULT.lengthNotMinimal;

/** What a strict endpoint would have made of the frames that we saw, up to the first that it must not accept. */
interface Expected {
  readonly events: WsEvent[];
  /** Faults of the frame at which it stops. */
  readonly faults: number;
  /** RFC 6455 §8.1: a text message is UTF-8. An endpoint checks that; a tap that looks at headers cannot. */
  readonly badText: boolean;
  /** The frame at which it stops, or -1 when it read to the end. */
  readonly endedAt: number;
}

export interface Comparison {
  /** Where the two differ without a reason, or null. */
  readonly difference: string | null;
  readonly ws: WsAccount;
  readonly log: FrameLog;
  /** Frames up to and with the one at which ws stopped. */
  readonly readByBoth: number;
}

export async function compareWithWs(stream: FuzzStream): Promise<Comparison> {
  const { fromClient, deflate, bytes, chunks } = stream;
  const before = Buffer.from(bytes);
  const log = new FrameLog({ fromClient, rsvAllowed: deflate ? 4 : 0 });
  for (const chunk of chunks) log.push(chunk);
  const expected = endpointOf(log);
  const changed = !before.equals(bytes);
  const ws = await readWithWs(chunks, fromClient, deflate);
  const difference = changed
    ? 'a chunk was changed by reading it'
    : (log.complaints[0] ?? differenceOf(stream, log, expected, ws));
  return { difference, ws, log, readByBoth: expected.endedAt < 0 ? log.frames.length : expected.endedAt + 1 };
}

function differenceOf(stream: FuzzStream, log: FrameLog, expected: Expected, ws: WsAccount): string | null {
  const wrong = expected.events.findIndex((event, i) => !sameEvent(event, ws.events[i]));
  if (wrong >= 0) return `event ${wrong}: ws has ${text(ws.events[wrong])}, we ${text(expected.events[wrong])}`;
  if (ws.events.length > expected.events.length) return `ws has ${text(ws.events[expected.events.length])} beyond ours`;
  if (ws.error === null) {
    if (expected.faults !== 0 || expected.badText)
      return `ws accepts what has our faults ${expected.faults.toString(2)}`;
  } else {
    // ws judges the first two bytes of a header when it has them, we when the header is whole.
    const inHeader = stream.truncated && expected.endedAt < 0 && log.reader.partialOpcodeByte >= 0;
    if (inHeader) return null;
    const badText = ws.error === 'WS_ERR_INVALID_UTF8' && expected.badText;
    if (!badText && ((WS_ERRORS[ws.error] ?? 0) & expected.faults) === 0) {
      return `${ws.error}, but our faults are ${expected.faults.toString(2)}`;
    }
  }
  // RFC 6455 §1.4, §5.5.1: ws discards what follows a Close; we read on, and say of each frame that it came after one.
  const late = ws.events.at(-1)?.kind === 'close' ? log.frames.slice(expected.endedAt + 1) : [];
  if (late.some(({ headerFaults }) => (headerFaults & FAULT.afterClose) === 0))
    return 'a frame after the Close without its fault';
  if (stream.chunkPerFrame && ws.endedIn !== expected.endedAt) {
    return `ws ends in frame ${ws.endedIn} (${ws.error}), we in frame ${expected.endedAt}`;
  }
  return null;
}

/** Puts messages together from our frames, as an endpoint does. */
function endpointOf(log: FrameLog): Expected {
  const events: WsEvent[] = [];
  const stop = (endedAt: number, faults = 0, badText = false): Expected => ({ events, faults, badText, endedAt });
  let parts: Buffer[] = [];
  let binary = false;
  for (const [i, frame] of log.frames.entries()) {
    const faults = strictFaults(frame);
    if (faults !== 0) return stop(i, faults);
    if (frame.payload === null) return stop(-1);
    if (frame.opcode === 9 || frame.opcode === 10) {
      events.push({ kind: frame.opcode === 9 ? 'ping' : 'pong', data: frame.payload });
    } else if (frame.opcode === 8) {
      const code = frame.length === 0 ? 1005 : frame.payload.readUInt16BE(0);
      events.push({ kind: 'close', code, reason: frame.payload.subarray(2) });
      return stop(i);
    } else {
      if (frame.opcode !== 0) binary = frame.opcode === 2;
      parts = frame.opcode === 0 ? [...parts, frame.payload] : [frame.payload];
      if (!frame.fin) continue;
      const data = parts.length === 1 ? frame.payload : Buffer.concat(parts);
      if (!binary && !isUtf8(data)) return stop(i, 0, true);
      events.push({ kind: 'message', data, binary });
    }
  }
  if (log.lost !== null) return stop(log.frames.length, log.lost.faults);
  return stop(-1);
}

function strictFaults(frame: SeenFrame): number {
  const faults = frame.faults ?? frame.headerFaults;
  return frame.opcode < 8 ? faults & ~WS_OVERLOOKS : faults;
}

function sameEvent(ours: WsEvent, theirs: WsEvent | undefined): boolean {
  if (theirs === undefined || ours.kind !== theirs.kind) return false;
  if (ours.kind === 'close') {
    return theirs.kind === 'close' && ours.code === theirs.code && ours.reason.equals(theirs.reason);
  }
  if (theirs.kind === 'close' || !ours.data.equals(theirs.data)) return false;
  return ours.kind !== 'message' || (theirs.kind === 'message' && ours.binary === theirs.binary);
}

function text(event: WsEvent | undefined): string {
  if (event === undefined) return 'nothing';
  const data = event.kind === 'close' ? event.reason : event.data;
  return `${event.kind} ${event.kind === 'close' ? event.code : data.length} ${data.toString('hex', 0, 32)}`;
}
