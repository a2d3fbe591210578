/**
 * Text that a stranger chose (URLs, headers, close reasons), made harmless for a terminal: what would move the cursor,
 * colour the screen, hide itself or turn the reading direction around is shown as an escape instead.
 *
 * Cc: controls, ESC and the C1 set among them. Cf: bidi marks and overrides (CVE-2021-42574), zero-width characters,
 * tags. Zl and Zp: line ends that terminals disagree on. Cs: half a surrogate pair, not a character at all. Co and Cn
 * draw as nobody knows what. U+2028 and the like never occur in honest URLs or close reasons.
 */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

/** The text on one line, with every harmful character as `\xNN` or `\u{N…}`. Spaces of all widths and combining marks stay. */
export function harmless(text: string): string {
  return text.replace(HARMFUL, escaped);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x0a) return '\\n';
  if (code === 0x0d) return '\\r';
  if (code === 0x09) return '\\t';
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
