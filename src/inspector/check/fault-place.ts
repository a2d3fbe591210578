/** A frame of V8's stack that lies in a file of hangup: its name, line and column, without its folder. */
const FRAME = /^ {4}at .*\/([\w.-]+\.[jt]s:\d+:\d+)\)?$/gm;
/** The error's kind, as Node writes it before the message. */
const KIND = /^(?:Uncaught )?(\w{1,30}Error)\b/m;
/** Frames that are told. */
const MOST_FRAMES = 4;

/**
 * Where a fault happened, for a log that must not hold a word of what was checked: an error's message may cite it, its kind and
 * places do not.
 * @param complaint what Node writes of an error that nobody caught
 */
export function faultPlace(complaint: string): string {
  const frames = Array.from(complaint.matchAll(FRAME), ([, place = '']) => place).slice(0, MOST_FRAMES);
  const places = frames.length === 0 ? 'at a place that it does not tell' : `at ${frames.join(' < ')}`;
  return `(${KIND.exec(complaint)?.[1] ?? 'no error'}) ${places}`;
}
