/** A value with variables in it, as ngx_http_script_compile reads it. */

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  /** `$1` to `$9`. */
  | { readonly kind: 'capture'; readonly group: number };

const VARIABLE = /\$(?:([1-9])|\{(\w+)\}|(\w+))/y;

/** @param text one character a byte @returns its pieces, or null for what nginx refuses: a `$` with no name after it */
export function readTemplate(text: string): readonly Piece[] | null {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf('$', at);
    const end = dollar === -1 ? text.length : dollar;
    if (end > at) pieces.push({ kind: 'text', text: text.slice(at, end) });
    if (dollar === -1) break;
    VARIABLE.lastIndex = dollar;
    const match = VARIABLE.exec(text);
    if (match === null) return null;
    const [whole, group, braced, bare] = match;
    pieces.push(
      group === undefined
        ? { kind: 'variable', name: braced ?? bare ?? '' }
        : { kind: 'capture', group: Number(group) },
    );
    at = dollar + whole.length;
  }
  return pieces;
}
