import type { Progress } from '../../nginx/prove/measure.ts';
import { cut } from '../report/width.ts';

/** What is being waited for, on stderr: one line that changes at a terminal, a line now and then elsewhere. */

const TICK_MS = { terminal: 500, elsewhere: 10_000 } as const;
const CLEAR_LINE = '\r\x1b[2K';

export interface StderrProgress extends Progress {
  /** Leaves the line empty, and says nothing more. */
  end(): void;
}

export function progressOn(stream: NodeJS.WriteStream): StderrProgress {
  let timer: NodeJS.Timeout | null = null;
  const stop = (): void => {
    if (timer !== null) clearInterval(timer);
    timer = null;
  };
  const show = (text: string): void => {
    stream.write(stream.isTTY ? CLEAR_LINE + cut(`hangup: ${text}`, stream.columns - 1) : `hangup: ${text}\n`);
  };
  return {
    step(says) {
      stop();
      show(says);
    },
    waiting(says, ms) {
      stop();
      const until = performance.now() + ms;
      const tick = (): void => {
        const left = Math.max(0, Math.ceil((until - performance.now()) / 1000));
        show(left === 0 ? `${says}: any moment` : `${says}: at most ${left} s more`);
      };
      tick();
      timer = setInterval(tick, stream.isTTY ? TICK_MS.terminal : TICK_MS.elsewhere);
      timer.unref();
    },
    end() {
      stop();
      if (stream.isTTY) stream.write(CLEAR_LINE);
    },
  };
}
