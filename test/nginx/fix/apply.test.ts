import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../src/nginx/fix/apply.ts';
import { SourceFile } from '../../../src/nginx/parse/source.ts';
import type { Edit } from '../../../src/nginx/rules/rule.ts';

const source = new SourceFile('nginx.conf', new TextEncoder().encode('0123456789'));

const edit = (start: number, end: number, text: string, file = source): Edit => ({
  at: { source: file, start, end },
  text,
});

const result = (edits: readonly Edit[]): string => new TextDecoder().decode(applyEdits(source, edits).bytes);

describe('applyEdits', () => {
  it('keeps the order of two insertions at one place', () => {
    expect(result([edit(3, 3, 'a'), edit(3, 3, 'b'), edit(0, 0, 'c')])).toBe('c012ab3456789');
  });

  it('makes the same change once, from whichever finding and inclusion it comes', () => {
    const again = new SourceFile('nginx.conf', source.bytes);
    expect(result([edit(2, 4, 'x'), edit(2, 4, 'x'), edit(2, 4, 'x', again), edit(6, 6, 'y'), edit(6, 6, 'y')])).toBe(
      '01x45y6789',
    );
  });

  it('lets the first of two that overlap win, and tells of the other', () => {
    const [first, second] = [edit(2, 6, 'x'), edit(5, 8, 'y')];
    expect(result([first, second])).toBe('01x6789');
    expect(applyEdits(source, [first, second])).toMatchObject({ applied: [first], skipped: [second] });
  });

  it('does not insert into what another takes away, but beside it', () => {
    const inside = edit(4, 4, 'in');
    const { skipped, bytes } = applyEdits(source, [edit(2, 6, ''), inside, edit(2, 2, 'before'), edit(6, 6, 'after')]);
    expect(skipped).toEqual([inside]);
    expect(new TextDecoder().decode(bytes)).toBe('01beforeafter6789');
  });

  it('passes over edits of other files', () => {
    expect(result([edit(0, 1, 'x', new SourceFile('other.conf', source.bytes))])).toBe('0123456789');
  });

  it('keeps every other byte, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(40), fc.nat(40), fc.string(), (bytes, a, b, text) => {
        const file = new SourceFile('x', bytes);
        const [start, end] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)];
        const after = applyEdits(file, [edit(start, end, text, file)]).bytes;
        const expected = [...bytes.subarray(0, start), ...new TextEncoder().encode(text), ...bytes.subarray(end)];
        expect([...after]).toEqual(expected);
      }),
    );
  });
});
