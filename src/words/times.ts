/** Times as people read them. All arguments in ms; clocks are local. */

const two = (n: number): string => String(n).padStart(2, '0');

/** `0.4 s`, `60.0 s`, `12 m 03 s`, `3 h 20 m`, `4 d 02 h`: three digits that matter. */
export function span(ms: number): string {
  if (ms < 0) return `-${span(-ms)}`;
  if (ms < 100) return `${Math.round(ms)} ms`;
  if (ms < 119_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}

/** `14:03:12`, with the date in front when it was another day than now. */
export function clock(at: number, now: number): string {
  const date = new Date(at);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const today = new Date(now);
  const sameDay = date.toDateString() === today.toDateString();
  if (sameDay) return time;
  const year = date.getFullYear() === today.getFullYear() ? '' : `${date.getFullYear()}-`;
  return `${year}${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

/** `-60.003 s`, `+0.000 s`: where on the way to the close something happened, with the milliseconds that decide verdicts. */
export function relative(at: number, close: number): string {
  const seconds = (at - close) / 1000;
  const sign = seconds < -0.0005 ? '-' : '+';
  return `${sign}${Math.abs(seconds).toFixed(3)} s`;
}

/** `1,234` everywhere, whatever the locale. */
export const grouped = (n: number): string => String(n).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
