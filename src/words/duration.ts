import { type Parsed, parsed, refused } from './parsed.ts';

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const WRITTEN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

const UNITS = ['d', 'h', 'm', 's', 'ms'] as const;

/** Reads `250ms`, `30s`, `5m`, `1.5h`, `7d`. @returns milliseconds, whole */
export function parseDuration(text: string): Parsed<number> {
  const match = WRITTEN.exec(text.trim());
  if (match === null) {
    return refused(
      /^\d+(\.\d+)?$/.test(text.trim())
        ? `"${text}" has no unit; did you mean ${text.trim()}s?`
        : `"${text}" is not a duration; write it as 250ms, 30s, 5m, 1h or 7d`,
    );
  }
  const [, amount = '', unit = ''] = match;
  const named = UNITS.find((known) => known === unit);
  const ms = named === undefined ? Number.NaN : Math.round(Number(amount) * UNIT_MS[named]);
  return Number.isSafeInteger(ms) ? parsed(ms) : refused(`"${text}" is too long`);
}

/**
 * Writes a duration as the settings read it, in the largest unit that is exact; a single minute is `60s`, as every timer
 * of a proxy is known by its seconds.
 * @param ms whole milliseconds
 */
export function formatDuration(ms: number): string {
  for (const unit of UNITS) {
    const amount = ms / UNIT_MS[unit];
    if (amount >= (unit === 'm' ? 2 : 1) && Number.isInteger(amount)) return `${amount}${unit}`;
  }
  return `${ms}ms`;
}
