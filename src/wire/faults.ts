/**
 * What can be wrong with a frame, as bits: one header may break several rules, and all of them are reported at once.
 * Each has the sentence of RFC 6455 that it breaks.
 */
export const FAULT = {
  rsv: 1 << 0,
  reservedOpcode: 1 << 1,
  controlFragmented: 1 << 2,
  controlTooLong: 1 << 3,
  continuationWithoutStart: 1 << 4,
  messageInterrupted: 1 << 5,
  maskMissing: 1 << 6,
  maskUnexpected: 1 << 7,
  lengthNotMinimal: 1 << 8,
  lengthTooLarge: 1 << 9,
  closeLengthOne: 1 << 10,
  closeCode: 1 << 11,
  closeReason: 1 << 12,
  afterClose: 1 << 13,
} as const;

/**
 * After one of these the next header cannot be found: either the length is nonsense, or (a reserved opcode, a long
 * control frame) no implementation of the protocol sends it, so what is read is most likely not WebSocket at all.
 */
export const LOSES_SYNC = FAULT.reservedOpcode | FAULT.controlTooLong | FAULT.lengthTooLarge;

const SENTENCES: readonly (readonly [bit: number, says: string])[] = [
  [FAULT.rsv, 'RSV bit set that no negotiated extension defines (RFC 6455 §5.2)'],
  [FAULT.reservedOpcode, 'reserved opcode (RFC 6455 §5.2)'],
  [FAULT.controlFragmented, 'fragmented control frame (RFC 6455 §5.5)'],
  [FAULT.controlTooLong, 'control frame over 125 bytes (RFC 6455 §5.5)'],
  [FAULT.continuationWithoutStart, 'continuation frame without a message to continue (RFC 6455 §5.4)'],
  [FAULT.messageInterrupted, 'new message inside an unfinished one (RFC 6455 §5.4)'],
  [FAULT.maskMissing, 'frame from the client is not masked (RFC 6455 §5.1)'],
  [FAULT.maskUnexpected, 'frame from the server is masked (RFC 6455 §5.1)'],
  [FAULT.lengthNotMinimal, 'length not in its shortest form (RFC 6455 §5.2)'],
  [FAULT.lengthTooLarge, 'length over 2^53 bytes (RFC 6455 §5.2)'],
  [FAULT.closeLengthOne, 'Close payload of one byte (RFC 6455 §5.5.1)'],
  [FAULT.closeCode, 'Close code that must not be sent (RFC 6455 §7.4)'],
  [FAULT.closeReason, 'Close reason is not UTF-8 (RFC 6455 §5.5.1)'],
  [FAULT.afterClose, 'frame after a Close frame (RFC 6455 §5.5.1)'],
];

/** The faults in words, in the order of the header's fields. */
export function faultSentences(faults: number): string[] {
  return SENTENCES.filter(([bit]) => (faults & bit) !== 0).map(([, says]) => says);
}
