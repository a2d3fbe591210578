import { describe, expect, it } from 'vitest';
import { MAX_NAME_ID } from '../../src/evidence/frame-bits.ts';
import { NameTable } from '../../src/evidence/names.ts';

describe('the names of frames', () => {
  it('keep their numbers: what was written yesterday reads the same today', () => {
    const yesterday = new NameTable();
    const ids = ['hello', 'posted', 'action ping', 'posted'].map((name) => yesterday.id(name));
    expect(ids).toEqual([1, 2, 3, 2]);
    const today = new NameTable(yesterday.since(1));
    expect([today.name(1), today.name(2), today.name(3)]).toEqual(['hello', 'posted', 'action ping']);
    expect(today.id('typing')).toBe(4);
    expect(today.size).toBe(5);
  });

  it('number 0 is "no name", as is a number that nobody gave', () => {
    const names = new NameTable(['hello']);
    expect(names.id(null)).toBe(0);
    expect([names.name(0), names.name(2), names.name(-1)]).toEqual([null, null, null]);
  });

  it('that are new since the journal last asked are told once', () => {
    const names = new NameTable(['hello']);
    const from = names.size;
    names.id('posted');
    names.id('hello');
    names.id('typing');
    expect(names.since(from)).toEqual(['posted', 'typing']);
    expect(names.since(names.size)).toEqual([]);
    expect(names.since(0)).toEqual(['hello', 'posted', 'typing']);
  });

  it('invented by a hostile peer by the million fill the table and no more; the known ones go on', () => {
    const names = new NameTable();
    for (let i = 1; i <= MAX_NAME_ID; i++) expect(names.id(`name ${i}`)).toBe(i);
    for (let i = 0; i < 10_000; i++) expect(names.id(`more ${i}`)).toBe(0);
    expect(names.size).toBe(MAX_NAME_ID + 1);
    expect(names.id('name 17')).toBe(17);
    expect(names.name(MAX_NAME_ID)).toBe(`name ${MAX_NAME_ID}`);
  });

  it('may be such as every object has', () => {
    const names = new NameTable();
    expect([names.id('__proto__'), names.id('constructor'), names.id('')]).toEqual([1, 2, 3]);
    expect([names.name(1), names.name(2), names.name(3)]).toEqual(['__proto__', 'constructor', '']);
  });
});
