/** A log file that grows, and can be waited upon. */

import { closeSync, type FSWatcher, openSync, readFileSync, watch } from 'node:fs';
import { Changes, type Found } from './until.ts';

export class LogFile {
  readonly path: string;
  readonly #watcher: FSWatcher;
  readonly #changes: Changes;

  /** Makes the file if there is none. */
  constructor(path: string) {
    this.path = path;
    closeSync(openSync(path, 'a'));
    this.#changes = new Changes(() => `${path}:\n${this.text()}`);
    this.#watcher = watch(path, () => this.#changes.changed());
  }

  text(): string {
    return readFileSync(this.path, 'utf8');
  }

  /** The first match, in what is there or comes; rejects with the whole log in the message. */
  until(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray> {
    return this.untilFound(`${pattern} in the log`, (text) => pattern.exec(text), timeoutMs);
  }

  /** What `look` finds in the text; it is asked again whenever the file grows. */
  untilFound<T>(what: string, look: (text: string) => T, timeoutMs?: number): Promise<Found<T>> {
    return this.#changes.until(what, () => look(this.text()), timeoutMs);
  }

  close(): void {
    this.#watcher.close();
  }
}
