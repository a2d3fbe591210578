/**
 * How much room text takes, without a page to measure it: an upper estimate, good enough that labels placed by it do not
 * touch. Sizes in CSS pixels.
 */

/** Widths of a column in em. SF Mono is the widest of the monospaced fonts of tokens.css (0.618), DejaVu Sans of the others. */
const MONO_EM = 0.62;
const SANS_EM = 0.61;
const BOLD_EM = 0.68;

export interface Font {
  readonly px: number;
  readonly face: 'mono' | 'sans' | 'bold';
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const MARK = /^\p{M}$/u;

/** Letters of other scripts, ideographs and emoji may be as wide as they like: two columns for all that is not Latin. */
const columnsOf = (character: string): number => (character < '\u0250' ? 1 : MARK.test(character) ? 0 : 2);

const columnPx = ({ px, face }: Font): number => px * (face === 'mono' ? MONO_EM : face === 'bold' ? BOLD_EM : SANS_EM);

export const textWidth = (text: string, font: Font): number =>
  Array.from(text).reduce((sum, each) => sum + columnsOf(each), 0) * columnPx(font);

/** Cut to a width, with `…` for what is missing. */
export const cutToWidth = (text: string, width: number, font: Font): string =>
  textWidth(text, font) <= width
    ? text
    : `${text.slice(0, fitting(text, width / columnPx(font) - columnsOf('…'))).trimEnd()}…`;

/** How much of a text, in code units, fits into so many columns; a character is never halved. */
function fitting(text: string, columns: number): number {
  let used = 0;
  let position = 0;
  for (const character of text) {
    used += columnsOf(character);
    if (used > columns) break;
    position += character.length;
  }
  return position;
}

/**
 * Broken between words, and within a word that is wider than a line; what does not fit into `most` lines is cut.
 * @param first room on the first line, where something else stands already
 * @returns at least one line
 */
export function wrapToWidth(text: string, width: number, font: Font, most: number, first = width): string[] {
  const lines: string[] = [];
  let rest = text.trim();
  while (rest !== '' || lines.length === 0) {
    const room = lines.length === 0 ? first : width;
    if (lines.length === most - 1) {
      lines.push(cutToWidth(rest, room, font));
      break;
    }
    const end = lineEnd(rest, room / columnPx(font));
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return lines;
}

/** Where a line ends: after the last word that fits, or within the first word. At least one character. */
function lineEnd(text: string, columns: number): number {
  const end = fitting(text, columns);
  const space = end < text.length ? text.lastIndexOf(' ', end) : -1;
  return space > 0 ? space : Math.max(end, String.fromCodePoint(text.codePointAt(0) ?? 0).length);
}
