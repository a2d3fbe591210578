import type { Header } from '../../../../evidence/fact.ts';

/** What became of a header line between the client leg and the server leg. */
export type HeaderRow =
  | { readonly kind: 'same'; readonly received: Header; readonly sent: Header }
  | { readonly kind: 'changed'; readonly received: Header; readonly sent: Header }
  | { readonly kind: 'removed'; readonly received: Header; readonly sent: null }
  | { readonly kind: 'added'; readonly received: null; readonly sent: Header };

/**
 * Both lists of header lines in one, each in its own wire order, duplicates kept. A line is the same only if name and
 * value are equal to the letter. Between two lines that are the same, lines of one name (RFC 9110 §5.1: case does not
 * count) are paired as changed; a line that moved is removed here and added there.
 */
export function diffHeaders(received: readonly Header[], sent: readonly Header[]): HeaderRow[] {
  const rows: HeaderRow[] = [];
  let left = 0;
  let right = 0;
  for (const [l, r] of [...commonLines(received, sent), [received.length, sent.length] as const]) {
    rows.push(...unequalRun(received.slice(left, l), sent.slice(right, r)));
    const [a, b] = [received[l], sent[r]];
    if (a !== undefined && b !== undefined) rows.push({ kind: 'same', received: a, sent: b });
    left = l + 1;
    right = r + 1;
  }
  return rows;
}

const equal = (a: Header | undefined, b: Header | undefined): boolean => a?.[0] === b?.[0] && a?.[1] === b?.[1];

/** Places of a longest common subsequence. Node takes 2000 header lines at most. */
function commonLines(a: readonly Header[], b: readonly Header[]): (readonly [number, number])[] {
  // length[i * width + j]: of the longest common subsequence of what follows i in a and j in b.
  const width = b.length + 1;
  const length = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => length[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      length[i * width + j] = equal(a[i], b[j]) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (equal(a[i], b[j])) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

/** Lines between two equal ones: those of one name are paired where that keeps both orders, the rest came or went. */
function unequalRun(received: readonly Header[], sent: readonly Header[]): HeaderRow[] {
  const added = (line: Header): HeaderRow => ({ kind: 'added', received: null, sent: line });
  const rows: HeaderRow[] = [];
  let next = 0;
  for (const line of received) {
    const partner = sent.findIndex(([name], place) => place >= next && name.toLowerCase() === line[0].toLowerCase());
    const other = sent[partner];
    if (other === undefined) {
      rows.push({ kind: 'removed', received: line, sent: null });
      continue;
    }
    rows.push(...sent.slice(next, partner).map(added), { kind: 'changed', received: line, sent: other });
    next = partner + 1;
  }
  return [...rows, ...sent.slice(next).map(added)];
}
