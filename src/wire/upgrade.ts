import { type AnswerHead, headerTokens, headerValues, type RawHeaders } from './http-head.ts';

/** What a WebSocket upgrade is, and what is left of one that a proxy has stripped (RFC 6455 §4, GROUND-TRUTH §8). */
export type MissingUpgrade = 'upgrade' | 'connection' | 'both';

/** Whether the Upgrade header asks for WebSocket; h2c and others are plain HTTP to hangup. */
export function asksForWebSocket(headers: RawHeaders): boolean {
  return headerTokens(headers, 'upgrade').includes('websocket');
}

/**
 * A GET that still has its Sec-WebSocket-Key (every proxy passes it on) but not both of the hop-by-hop headers was an
 * upgrade when it left the client.
 *
 * @returns what is missing, or null if this is a whole upgrade or an ordinary request
 */
export function strippedUpgrade(method: string, headers: RawHeaders): MissingUpgrade | null {
  if (method !== 'GET' || headerValues(headers, 'sec-websocket-key').length === 0) return null;
  const upgrade = asksForWebSocket(headers);
  const connection = headerTokens(headers, 'connection').includes('upgrade');
  if (upgrade && connection) return null;
  if (!upgrade && !connection) return 'both';
  return upgrade ? 'connection' : 'upgrade';
}

/** Whether an upgrade request announces a body: Node would hand it over as the first bytes of the tunnel. */
export function announcesBody(headers: RawHeaders): boolean {
  const lengths = headerValues(headers, 'content-length');
  return headerTokens(headers, 'transfer-encoding').length > 0 || lengths.some((length) => !/^0*$/.test(length));
}

/** Whether the bytes after this answer are WebSocket frames: a 101 whose Upgrade is what was asked for. */
export function isWebSocketAnswer(answer: AnswerHead): boolean {
  return answer.status === 101 && asksForWebSocket(answer.headers);
}

/**
 * RSV bits that the accepted extensions may set (4, 2, 1 for RSV1..3).
 * permessage-deflate uses RSV1 (RFC 7692 §6); an extension that is not known here may use any.
 */
export function rsvOfExtensions(headers: RawHeaders): number {
  let rsv = 0;
  for (const token of headerTokens(headers, 'sec-websocket-extensions')) {
    const name = token.split(';')[0]?.trim();
    rsv |= name === 'permessage-deflate' || name === 'x-webkit-deflate-frame' ? 4 : 7;
  }
  return rsv;
}

/** The 32 hex digits of a W3C traceparent header, or null; version ff and an id of zeros are not valid (§3.2.2). */
export function traceId(headers: RawHeaders): string | null {
  const match = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(
    headerValues(headers, 'traceparent')[0] ?? '',
  );
  return match?.[1] ?? null;
}
