/** Local times under an axis of clock time: the day where it begins, seconds only where ticks are closer than a minute. */

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** @param splits ms since the epoch, in order @param stepMs between two of them */
export const clockTicks = (splits: readonly number[], stepMs: number): string[] =>
  splits.map((at, i) => {
    const before = splits[i - 1] ?? at;
    const newDay = dayOf(at) !== dayOf(before) || timeOf(at, true) === '00:00:00';
    return stepMs >= DAY_MS || newDay ? dayOf(at) : timeOf(at, stepMs < MINUTE_MS);
  });

/** `4 Mar`. Of these two strings ECMAScript says the form: no locale is asked, which takes fifty times as long. */
function dayOf(at: number): string {
  const [, month, day] = new Date(at).toDateString().split(' ');
  return `${Number(day)} ${month}`;
}

const timeOf = (at: number, seconds: boolean): string => new Date(at).toTimeString().slice(0, seconds ? 8 : 5);

/** `14:03 to 14:04`, `14:03:10 to 14:03:20`, `4 Mar 23:00 to 5 Mar 00:00` */
export function clockRange(from: number, to: number): string {
  const seconds = (to - from) % MINUTE_MS !== 0;
  const said = (at: number) => (dayOf(from) === dayOf(to) ? '' : `${dayOf(at)} `) + timeOf(at, seconds);
  return `${said(from)} to ${said(to)}`;
}
