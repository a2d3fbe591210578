import type { FaultPeer } from '../kit/fault-peers.ts';
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
    for (;;) await peer.frame({ opcode: 2, payload });
  } catch {
    // As above.
  }
}
