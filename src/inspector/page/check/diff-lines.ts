/** A unified diff as rows to be drawn. Pure. */

export type DiffRow =
  | { readonly kind: 'hunk'; readonly text: string }
  | { readonly kind: 'kept' | 'added' | 'removed'; readonly line: number; readonly text: string };

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** @param diff as `diff -u` prints it @returns without its head; a line's number is the new file's, of a removed one the old file's */
export function diffRows(diff: string): DiffRow[] {
  const rows: DiffRow[] = [];
  let [before, after] = [0, 0];
  let inside = false;
  for (const written of diff.split('\n')) {
    const hunk = HUNK.exec(written);
    const text = written.slice(1);
    if (hunk !== null) {
      [before, after] = [Number(hunk[1]), Number(hunk[2])];
      inside = true;
      rows.push({ kind: 'hunk', text: `line ${hunk[2]}` });
    } else if (!inside) continue;
    else if (written.startsWith('+')) rows.push({ kind: 'added', line: after++, text });
    else if (written.startsWith('-')) rows.push({ kind: 'removed', line: before++, text });
    else if (written.startsWith(' ')) {
      rows.push({ kind: 'kept', line: after++, text });
      before++;
    }
  }
  return rows;
}
