import { type Parsed, parsed, refused } from '../words/parsed.ts';

/** Decimal and binary units (IEC 80000-13), in bytes. */
const UNIT_BYTES = new Map([
  ['b', 1],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
  ['tb', 1e12],
  ['kib', 2 ** 10],
  ['mib', 2 ** 20],
  ['gib', 2 ** 30],
  ['tib', 2 ** 40],
]);

const WRITTEN = /^(\d+(?:\.\d+)?)\s?([a-z]+)$/i;

const IN_WORDS = ['TiB', 'TB', 'GiB', 'GB', 'MiB', 'MB', 'KiB', 'kB'] as const;

/** Reads `2GiB`, `500MB`, `1.5 TiB`, `4096B`; the case of the unit does not matter. @returns bytes, whole */
export function parseSize(text: string): Parsed<number> {
  const [, amount = '', unit = ''] = WRITTEN.exec(text.trim()) ?? [];
  const factor = UNIT_BYTES.get(unit.toLowerCase());
  if (factor === undefined) return refused(`"${text}" is not a size; write it as 500MB or 2GiB`);
  const bytes = Math.round(Number(amount) * factor);
  return Number.isSafeInteger(bytes) ? parsed(bytes) : refused(`"${text}" is too large`);
}

/** Writes a size as the settings read it: the largest unit that is exact. @param bytes whole bytes */
export function formatSize(bytes: number): string {
  for (const unit of IN_WORDS) {
    const amount = bytes / (UNIT_BYTES.get(unit.toLowerCase()) ?? 1);
    if (amount >= 1 && Number.isInteger(amount)) return `${amount}${unit}`;
  }
  return `${bytes}B`;
}
