import type { ClientDescription } from '../evidence/recorder.ts';
import { headerValues, type RawHeaders } from '../wire/http-head.ts';

/** Who sends this request. @param peer `address:port` of the socket's far end */
export function describeClient(peer: string, headers: RawHeaders): ClientDescription {
  return { peer, forwardedFor: forwardedFor(headers), userAgent: headerValues(headers, 'user-agent')[0] ?? null };
}

/** The client as the nearest honest proxy saw it: the first address of the first field that has one. */
function forwardedFor(headers: RawHeaders): string | null {
  const list = headerValues(headers, 'x-forwarded-for')[0] ?? headerValues(headers, 'x-real-ip')[0];
  if (list !== undefined) return list.split(',')[0]?.trim() ?? null;
  const standard = /for="?([^";,]+)/i.exec(headerValues(headers, 'forwarded')[0] ?? '');
  return standard?.[1] ?? null;
}
