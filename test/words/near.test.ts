import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/words/near.ts';

describe('did you mean', () => {
  it.each([
    ['keepalife', 'keepalive'],
    ['keep-alive', 'keepalive'],
    ['lsiten', 'listen'],
    ['Target', 'target'],
    ['max_disk', 'max-disk'],
  ])('%s suggests %s', (word, known) => {
    expect(nearest(word, ['keep', 'keepalive', 'listen', 'target', 'max-disk'])).toBe(known);
  });

  it('suggests nothing for a word that is like none', () => {
    expect(nearest('colour', ['keepalive', 'listen', 'page'])).toBeNull();
  });
});
