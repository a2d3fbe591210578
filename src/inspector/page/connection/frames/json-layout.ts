/** Deeper than this nothing is set on a line of its own: 64 KiB of `[` must not become gigabytes of indentation. */
const MAX_DEPTH = 24;
const INDENT = '  ';

/** Whether a text looks like the beginning of a JSON object or array; it may be cut. */
export const looksLikeJson = (text: string): boolean => /^\s*[{[]/.test(text);

/** A string, or what is cut of one; a run of spaces between tokens; a bracket or comma or colon; anything else. */
const TOKENS = /"(?:[^"\\]|\\.)*(?:"|\\?$)|[ \t\r\n]+|[{}[\],:]|[^"{}[\],: \t\r\n]+/gs;

/**
 * JSON set out for reading, from its letters alone: it is never parsed, so that numbers keep their digits, keys that
 * stand twice stay twice, and a text that was cut in the middle is laid out as far as it goes.
 */
export function layOutJson(text: string): string {
  let out = '';
  let depth = 0;
  let opened = false;
  const newLine = (): string => `\n${INDENT.repeat(depth)}`;
  for (const [token] of text.matchAll(TOKENS)) {
    if (/^[ \t\r\n]/.test(token)) continue;
    if (token === '}' || token === ']') {
      depth = Math.max(0, depth - 1);
      out += opened || depth >= MAX_DEPTH ? token : newLine() + token;
      opened = false;
      continue;
    }
    if (opened && depth <= MAX_DEPTH) out += newLine();
    opened = token === '{' || token === '[';
    if (opened) depth++;
    out += token === ':' ? ': ' : token;
    if (token === ',' && depth <= MAX_DEPTH) out += newLine();
  }
  return out;
}
