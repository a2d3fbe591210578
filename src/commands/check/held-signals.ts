const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Signals that would end hangup while it changes files: they wait until all of them are changed, or none. */
export class HeldSignals {
  #came: NodeJS.Signals | null = null;
  readonly #note = (signal: NodeJS.Signals): void => {
    this.#came = signal;
  };

  constructor() {
    for (const signal of ENDING) process.on(signal, this.#note);
  }

  /** The last one that came, once the event loop has had its turn. */
  get came(): NodeJS.Signals | null {
    return this.#came;
  }

  /** What came does now what it would have done. */
  release(): void {
    for (const signal of ENDING) process.off(signal, this.#note);
    if (this.#came !== null) process.kill(process.pid, this.#came);
  }
}
