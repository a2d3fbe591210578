import { z } from 'zod';
import { parseDuration } from '../words/duration.ts';
import { orWord, type Parsed, parsed, refused } from '../words/parsed.ts';
import { parseAddress } from './address.ts';
import { parseKeepalive } from './keepalive.ts';
import { parseHosts, parsePage } from './page.ts';
import { LOG_LEVELS, PAYLOAD_CHOICES } from './serve-settings.ts';
import { parseSize } from './size.ts';
import { parseTarget } from './target.ts';

/** The one check of the settings: every value from text to type. Relations between values are in checks.ts. */

/** SIGTERM ends hangup within 10 s. */
const LONGEST_DRAIN_MS = 10_000;
/** Timers and retention: 10 years, far from where a date stops being a date. */
const LONGEST_KEEP_MS = 3650 * 86_400_000;
/** Below this the journal cannot hold its own indexes. */
const SMALLEST_DISK_BYTES = 1_000_000;

/** A value written as text; a YAML number counts as its digits. */
function via<T>(parse: (text: string) => Parsed<T>) {
  return z
    .union([z.string(), z.number()], { error: 'must be text; put it in quotes' })
    .transform((written, context): T => {
      const result = parse(String(written));
      if (result.ok) return result.value;
      context.issues.push({ code: 'custom', message: result.says, input: written });
      return z.NEVER;
    });
}

const choice = <const T extends string>(choices: readonly T[]) =>
  via((text): Parsed<T> => {
    const chosen = choices.find((one) => one === text);
    return chosen === undefined ? refused(`"${text}" is not one of ${choices.join(', ')}`) : parsed(chosen);
  });

/** @param absent the word for "no value", such as `off` */
const orAbsent = <T>(absent: string, parse: (text: string) => Parsed<T>) =>
  via((text): Parsed<T | null> => {
    if (text === absent) return parsed(null);
    const result = parse(text);
    return result.ok ? result : refused(orWord(result.says, absent));
  });

const count = (text: string): Parsed<number> => {
  const number = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
  return number === null ? refused(`"${text}" is not a whole number from 1 on`) : parsed(number);
};

const durationWithin = (shortestMs: number, longestMs: number, range: string) => (text: string) => {
  const ms = parseDuration(text);
  if (!ms.ok) return ms;
  return ms.value < shortestMs || ms.value > longestMs ? refused(`"${text}" is out of range: ${range}`) : ms;
};

/** As it stands in `Authorization: Bearer` (RFC 6750 §2.1, and what people make up beside that). */
const parseToken = (text: string): Parsed<string> => {
  const token = text.trim();
  return /^[\x21-\x7e]+$/.test(token) ? parsed(token) : refused('must be of printable ASCII characters without spaces');
};

/** Names of taps and hops: they stand in reports, URLs and metrics, so they stay plain. */
const word = via((text) =>
  /^[a-z0-9][a-z0-9_.-]{0,31}$/i.test(text)
    ? parsed(text)
    : refused(`"${text}" is not a name; use up to 32 letters, digits, "-", "_" and "."`),
);

const nonEmpty = via((text) => (text.trim() === '' ? refused('is empty') : parsed(text)));

const diskSize = via((text) => {
  const bytes = parseSize(text);
  return bytes.ok && bytes.value < SMALLEST_DISK_BYTES ? refused(`"${text}" is too little; 1MB at least`) : bytes;
});

const yes = via((text): Parsed<boolean> => {
  if (text === 'true' || text === 'false') return parsed(text === 'true');
  return refused(`"${text}" is neither true nor false`);
});

const timer = via(durationWithin(1, LONGEST_KEEP_MS, '1ms to 3650d'));

const tap = z.object({
  name: word,
  listen: via(parseAddress),
  target: via(parseTarget),
  behind: word.optional(),
  before: word.optional(),
  cert: nonEmpty.optional(),
  key: nonEmpty.optional(),
  ca: nonEmpty.optional(),
  insecure: z.union([z.boolean(), yes]).optional(),
  servername: nonEmpty.optional(),
  forwarded: choice(['append', 'off']).optional(),
  idle: timer.optional(),
});

export const schema = z.object({
  taps: z.array(tap),
  page: orAbsent('off', parsePage),
  'page-host': via(parseHosts).optional(),
  token: via(parseToken).optional(),
  data: nonEmpty,
  keepalive: via(parseKeepalive),
  'dead-after': orAbsent('off', count),
  payload: choice(PAYLOAD_CHOICES),
  keep: timer,
  'max-disk': diskSize,
  'max-connections': orAbsent('none', count),
  drain: via(durationWithin(0, LONGEST_DRAIN_MS, '0s to 10s')),
  'log-level': choice(LOG_LEVELS),
});

/** Typed, but still under the names in which it was written. */
export type Checked = z.output<typeof schema>;
export type CheckedTap = z.output<typeof tap>;
