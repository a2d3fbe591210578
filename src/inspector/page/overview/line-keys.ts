/**
 * Where a key leads in a list.
 * @param index the line one is on; -1 on none
 * @param page lines that are seen at once
 * @returns the line to go to; null for keys that do not move
 */
export function lineFor(key: string, index: number, total: number, page: number): number | null {
  const to = wanted(key, index, total, Math.max(1, page - 1));
  return to === null || total === 0 ? null : Math.max(0, Math.min(total - 1, to));
}

function wanted(key: string, index: number, total: number, step: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return index + 1;
    case 'ArrowUp':
      return index - 1;
    case 'PageDown':
      return Math.max(0, index) + step;
    case 'PageUp':
      return index - step;
    case 'Home':
      return 0;
    case 'End':
      return total - 1;
    default:
      return null;
  }
}
