import { isUtf8 } from 'node:buffer';
import type { FrameRecord } from '../../evidence/fact.ts';
import type { JournalReader } from '../../evidence/journal-reader.ts';
import type { PayloadView } from '../api.ts';

/** RFC 6455 §5.2. */
const CONTINUATION = 0;
const TEXT = 1;
/** RSV1: the payload is compressed (RFC 7692 §6). */
const COMPRESSED = 4;

/** @param limit bytes shown at most @returns null when nothing of it was kept */
export function payloadView(reader: JournalReader, id: string, index: number, limit: number): PayloadView | null {
  const bytes = reader.payload(id, index);
  const [frame] = reader.frames(id, { fromIndex: index, limit: 1 });
  if (bytes === null || frame?.index !== index) return null;
  const cut = bytes.length > limit;
  const shown = bytes.subarray(0, limit);
  const isText = textual(frame, bytes);
  return {
    kept: bytes.length,
    length: frame.length,
    // A character that was cut in two is left out.
    text: isText ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(shown, { stream: cut }) : null,
    base64: isText ? null : Buffer.from(shown).toString('base64'),
    cut,
  };
}

/** A continuation does not say what it continues. */
function textual({ opcode, rsv }: FrameRecord, bytes: Uint8Array): boolean {
  if ((rsv & COMPRESSED) !== 0) return false;
  return opcode === TEXT || (opcode === CONTINUATION && isUtf8(bytes));
}
