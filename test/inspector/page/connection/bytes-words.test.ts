import { expect, it } from 'vitest';
import { bytesWords } from '../../../../src/inspector/page/connection/bytes-words.ts';

it('amounts of bytes are told in three digits, as powers of a thousand', () => {
  expect([0, 999, 1000, 1234, 99_950, 999_999, 1_040_000, 3_456_789_012, 5e15].map(bytesWords)).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '1.23 kB',
    '100 kB',
    '1 MB',
    '1.04 MB',
    '3.46 GB',
    '5000 TB',
  ]);
});
