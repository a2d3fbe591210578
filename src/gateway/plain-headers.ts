import { headerTokens, type RawHeaders } from '../wire/http-head.ts';

/** Fields that speak of one connection and end at each hop (RFC 9110 §7.6.1), and what `Connection` names beside them. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade']);

/** The end-to-end fields of a message as raw pairs: case, order and duplicates kept. */
export function endToEnd(headers: RawHeaders): string[] {
  const named = new Set(headerTokens(headers, 'connection'));
  const kept: string[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? '';
    const lower = name.toLowerCase();
    if (!HOP_BY_HOP.has(lower) && !named.has(lower)) kept.push(name, headers[i + 1] ?? '');
  }
  return kept;
}

/** The pairs without those of one name. */
export function withoutField(headers: RawHeaders, name: string): string[] {
  return headers.filter((_, i) => headers[i - (i % 2)]?.toLowerCase() !== name);
}

/** X-Forwarded-For with one more address (`forwarded=append`): at the end of the last one, or as a new field. */
export function withForwardedFor(headers: RawHeaders, address: string): string[] {
  const result = [...headers];
  for (let i = result.length - 2; i >= 0; i -= 2) {
    if (result[i]?.toLowerCase() === 'x-forwarded-for') {
      result[i + 1] = `${result[i + 1]}, ${address}`;
      return result;
    }
  }
  return [...result, 'X-Forwarded-For', address];
}

/** Raw pairs as Node's request wants them: each name once, its values in order. Node joins nothing by itself. */
export function groupedHeaders(headers: RawHeaders): Map<string, { name: string; values: string[] }> {
  const grouped = new Map<string, { name: string; values: string[] }>();
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? '';
    const entry = grouped.get(name.toLowerCase());
    if (entry === undefined) grouped.set(name.toLowerCase(), { name, values: [headers[i + 1] ?? ''] });
    else entry.values.push(headers[i + 1] ?? '');
  }
  return grouped;
}
