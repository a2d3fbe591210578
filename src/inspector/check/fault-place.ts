/** A frame of V8's stack that lies in a file of hangup: its name, line and column, without its folder. */
const FRAME = /^ {4}at .*\/([\w.-]+\.[jt]s:\d+:\d+)\)?$/;
/** Frames that are told. */
const MOST_FRAMES = 4;

/**
 * Where a fault happened, for a log that must not hold a word of what was checked: an error's message may cite it, its name and
 * places do not.
 */
export function faultPlace(error: unknown): string {
  if (!(error instanceof Error)) return 'something was thrown that is no error';
  const frames = (error.stack ?? '').split('\n').flatMap((line) => FRAME.exec(line)?.[1] ?? []);
  const places = frames.slice(0, MOST_FRAMES).join(' < ') || 'a place that it does not tell';
  return `${/^\w{1,40}$/.test(error.name) ? error.name : 'Error'} at ${places}`;
}
