import type { SourceFile } from '../parse/source.ts';
import type { Edit } from '../rules/rule.ts';

export interface Applied {
  /** The file with its changes; every other byte is as it was. */
  readonly bytes: Uint8Array;
  /** In the order in which they stand in the file. */
  readonly applied: readonly Edit[];
  /** Those that wanted to change what another had changed. */
  readonly skipped: readonly Edit[];
}

const utf8 = new TextEncoder();

/**
 * Edits of other files are passed over. The same edit twice (a file that is included twice, two findings with one mend)
 * counts once; of two that overlap the first given wins; insertions at one place keep the order in which they are given.
 */
export function applyEdits(source: SourceFile, edits: Iterable<Edit>): Applied {
  const accepted: Edit[] = [];
  const skipped: Edit[] = [];
  for (const edit of edits) {
    if (edit.at.source.name !== source.name || accepted.some((other) => isSame(other, edit))) continue;
    if (accepted.some((other) => overlap(other, edit))) skipped.push(edit);
    else accepted.push(edit);
  }
  const applied = accepted
    .map((edit, given) => ({ edit, given }))
    .sort((a, b) => a.edit.at.start - b.edit.at.start || a.edit.at.end - b.edit.at.end || a.given - b.given)
    .map(({ edit }) => edit);
  return { bytes: patched(source.bytes, applied), applied, skipped };
}

export const isSame = (a: Edit, b: Edit): boolean =>
  a.at.source.name === b.at.source.name && a.at.start === b.at.start && a.at.end === b.at.end && a.text === b.text;

/** An insertion overlaps what takes away the bytes on both its sides; two insertions never overlap. */
export const overlap = (a: Edit, b: Edit): boolean =>
  a.at.source.name === b.at.source.name && a.at.start < b.at.end && b.at.start < a.at.end;

/** @param edits in order, none over another */
function patched(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let kept = 0;
  for (const { at, text } of edits) {
    parts.push(bytes.subarray(kept, at.start), utf8.encode(text));
    kept = at.end;
  }
  parts.push(bytes.subarray(kept));
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
