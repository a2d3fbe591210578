import type { LegLost, ResetSeen, Side, TlsFault } from '../evidence/fact.ts';
import type { LegTotals } from '../evidence/timeline.ts';

/** The peer, or something that speaks for it, sent RST; a write after it gives EPIPE. */
const RESET = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);
/** The kernel gave up, or was told by ICMP: never a decision of an application (GROUND-TRUTH §13.8). */
const LOST = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'ENONET']);

export function errnoOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

export const isReset = (errno: string): boolean => RESET.has(errno);

/** Whether the code is OpenSSL's or Node's for a handshake or certificate that failed. */
export const isTlsCode = (code: string): boolean => /^(ERR_)?(TLS|SSL)_|CERT|^EPROTO$|^UNABLE_TO_/.test(code);

/** What an error of an established leg says about its end. */
export function legError(from: Side, error: Error, totals: LegTotals, at: number): ResetSeen | LegLost | TlsFault {
  const errno = errnoOf(error);
  if (RESET.has(errno)) {
    return {
      kind: 'rst',
      at,
      from,
      errno,
      sinceWriteMs: totals.lastWriteAt === null ? null : at - totals.lastWriteAt,
      silentBeforeWriteMs: totals.silentBeforeWriteMs,
    };
  }
  if (LOST.has(errno)) return { kind: 'lost', at, from, errno };
  return { kind: 'tls-fault', at, from, code: errno, says: error.message };
}
