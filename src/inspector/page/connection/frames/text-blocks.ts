import { harmless } from '../../../../words/harmless.ts';

/** Letters a block holds at most: laid out in a few ms, and skipped by the browser while it is out of sight. */
export const BLOCK_LETTERS = 8192;

/**
 * A stranger's text for display: its line ends are kept, all else that hides or turns text around becomes an escape.
 * It comes in blocks, so that a megabyte on one line does not hold up the page; blocks end with a line where they can.
 */
export function textBlocks(text: string): string[] {
  const blocks: string[] = [];
  let lines: string[] = [];
  let letters = 0;
  const flush = (): void => {
    if (lines.length > 0) blocks.push(lines.join('\n'));
    lines = [];
    letters = 0;
  };
  for (const line of text.split(/\r?\n/)) {
    for (const part of pieces(harmless(line))) {
      if (letters + part.length > BLOCK_LETTERS) flush();
      lines.push(part);
      letters += part.length + 1;
    }
  }
  flush();
  return blocks;
}

/** A line in pieces of a block's size, never through the middle of a surrogate pair. */
function pieces(line: string): string[] {
  if (line.length <= BLOCK_LETTERS) return [line];
  const parts: string[] = [];
  for (let from = 0; from < line.length; ) {
    const to = from + BLOCK_LETTERS;
    const end = to < line.length && /[\uD800-\uDBFF]/.test(line[to - 1] ?? '') ? to - 1 : to;
    parts.push(line.slice(from, end));
    from = end;
  }
  return parts;
}
