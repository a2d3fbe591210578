import { fileURLToPath } from 'node:url';
import { Program } from '../../test/kit/program.ts';
import type { ClientsAnswers, ClientsQuestion, SinkAnswers, SinkQuestion } from './protocol.ts';

interface Asked {
  /** @param text the whole answer */
  readonly settle: (text: string) => void;
  readonly fail: (error: Error) => void;
}

/** A load process as the bench sees it: questions in, answers out. */
export class LoadProcess<Question extends { readonly do: keyof Answers }, Answers> {
  readonly #program: Program;
  readonly #asked = new Map<number, Asked>();
  #next = 0;

  /** @param file a program that calls `answering` */
  constructor(file: string) {
    const path = fileURLToPath(new URL(file, import.meta.url));
    this.#program = Program.start([process.execPath, path], { ipc: true });
    this.#program.child.on('message', (message) => {
      if (typeof message !== 'string') return;
      const { id }: { id: number } = JSON.parse(message);
      this.#asked.get(id)?.settle(message);
      this.#asked.delete(id);
    });
    void this.#program.exited.then(({ code, signal }) => {
      const error = new Error(`${file} ended (${signal ?? code}):\n${this.#program.stderr}`);
      for (const { fail } of this.#asked.values()) fail(error);
    });
  }

  get pid(): number {
    return this.#program.pid;
  }

  ask<Kind extends Question['do']>(question: Question & { readonly do: Kind }): Promise<Answers[Kind]> {
    const id = this.#next++;
    const { promise, resolve, reject } = Promise.withResolvers<Answers[Kind]>();
    const settle = (text: string): void => {
      const answer: { value: Answers[Kind] } | { error: string } = JSON.parse(text);
      if ('error' in answer) reject(new Error(answer.error));
      else resolve(answer.value);
    };
    this.#asked.set(id, { settle, fail: reject });
    this.#program.child.send(JSON.stringify({ id, question }));
    return promise;
  }

  async stop(): Promise<void> {
    await this.#program.stop('SIGKILL');
  }
}

export type Sink = LoadProcess<SinkQuestion, SinkAnswers>;
export type Clients = LoadProcess<ClientsQuestion, ClientsAnswers>;

export const startSink = (): Sink => new LoadProcess('sink.ts');
export const startClients = (): Clients => new LoadProcess('clients.ts');
