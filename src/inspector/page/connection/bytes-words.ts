/** `999 B`, `1.2 kB`, `3.46 GB`: three digits that matter, powers of a thousand. */
export function bytesWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  // 999,999 bytes would read `1000 kB`.
  if (Number(value.toPrecision(3)) >= 1000 && power < 4) return `1 ${UNITS[power + 1]}`;
  return `${Number(value.toPrecision(3))} ${UNITS[power]}`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];
