/** Questions of one kind that wait for their answer. */
export class Pending<A> {
  readonly #waiting = new Map<number, PromiseWithResolvers<A>>();

  wait(id: number): Promise<A> {
    const waiting = Promise.withResolvers<A>();
    this.#waiting.set(id, waiting);
    return waiting.promise;
  }

  settle(id: number, answer: A): void {
    this.#waiting.get(id)?.resolve(answer);
    this.#waiting.delete(id);
  }

  reject(id: number, error: Error): void {
    this.#waiting.get(id)?.reject(error);
    this.#waiting.delete(id);
  }

  rejectAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
