import { MAX_CONTROL_PAYLOAD, OPCODE } from './opcodes.ts';

/**
 * A ping frame. hangup writes no other kind: it never invents a message, a pong or a Close frame.
 *
 * @param payload at most 125 bytes (RFC 6455 §5.5)
 * @param mask 4 unpredictable bytes towards a server (RFC 6455 §5.3), null towards a client
 * @throws RangeError if the payload is too long
 */
export function pingFrame(payload: Uint8Array, mask: Uint8Array | null): Buffer {
  if (payload.length > MAX_CONTROL_PAYLOAD) {
    throw new RangeError(`a ping carries at most ${MAX_CONTROL_PAYLOAD} bytes, not ${payload.length}`);
  }
  const head = mask === null ? 2 : 6;
  const frame = Buffer.allocUnsafe(head + payload.length);
  frame[0] = 0x80 | OPCODE.ping;
  frame[1] = payload.length | (mask === null ? 0 : 0x80);
  if (mask !== null) frame.set(mask.subarray(0, 4), 2);
  for (let i = 0; i < payload.length; i++) {
    frame[head + i] = (payload[i] ?? 0) ^ (mask === null ? 0 : (mask[i & 3] ?? 0));
  }
  return frame;
}
