/** Names as in RFC 6455 §7.4.1 and the IANA WebSocket Close Code registry. */
const NAMES: Readonly<Record<number, string>> = {
  1000: 'normal closure',
  1001: 'going away',
  1002: 'protocol error',
  1003: 'unsupported data',
  1005: 'no status received',
  1006: 'abnormal closure',
  1007: 'invalid payload data',
  1008: 'policy violation',
  1009: 'message too big',
  1010: 'mandatory extension missing',
  1011: 'internal error',
  1012: 'service restart',
  1013: 'try again later',
  1014: 'bad gateway',
  1015: 'TLS handshake failed',
};

export function closeCodeName(code: number): string {
  if (code >= 3000 && code <= 3999) return 'registered by a library';
  if (code >= 4000 && code <= 4999) return 'private to the application';
  return NAMES[code] ?? 'unassigned';
}

/** Whether a code may stand in a Close frame: 1005, 1006 and 1015 are for APIs only (RFC 6455 §7.4.1). */
export function isSendableCloseCode(code: number): boolean {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006;
}
