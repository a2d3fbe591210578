import { type FaultPeer, OPCODE } from '../kit/fault-peers.ts';
import { pass } from './path.ts';

/** Sends a message each 2 ms until the connection is gone. */
export async function stream(peer: FaultPeer): Promise<void> {
  while (peer.endings.length === 0) {
    try {
      await peer.text('one of many messages');
    } catch {
      return; // the end is what the scene is about, and `endings` tells of it
    }
    await pass(2);
  }
}

/** Sends without a pause until nobody takes it any more; resolves at the end of the connection. */
export async function flood(peer: FaultPeer): Promise<void> {
  const payload = Buffer.alloc(1_000_000);
  try {
    for (;;) await peer.frame({ opcode: OPCODE.binary, payload });
  } catch {
    // As above.
  }
}

/** More than a paused Node takes out of the kernel (64 KiB), and less than the kernels on the way hold. */
const UNREAD_BYTES = 400_000;
/** Bytes that nobody reads have no event: time for them to cross proxy and tap. */
const CROSSING_MS = 500;

/** Sends what the far end, which has stopped reading, leaves in its kernel: Linux makes an RST of its end. */
export async function unread(peer: FaultPeer): Promise<void> {
  await peer.frame({ opcode: OPCODE.binary, payload: Buffer.alloc(UNREAD_BYTES) });
  await pass(CROSSING_MS);
}
