import { type Contender, type ContenderName, NotHere } from './contenders/contender.ts';
import { type NodeSettings, startContender } from './contenders/start.ts';
import { type Clients, type Sink, startClients, startSink } from './load/load-process.ts';
import { CONTENDER_CPU, keepOn, LOAD_CPU } from './measure/affinity.ts';

/**
 * Contenders side by side, with their clients before them and the sink behind: three kinds of processes, so that what a
 * contender costs can be told from what the load costs.
 *
 *   clients ──► contender ──► sink
 */
export class Arena {
  readonly clients: Clients = startClients();
  readonly sink: Sink = startSink();
  readonly contenders: Contender[] = [];
  /** Who is not here, and why. */
  readonly absent: string[] = [];

  /** @throws when a contender that is installed does not start */
  async add(name: ContenderName, node: NodeSettings): Promise<Contender | null> {
    try {
      const { port } = await this.sink.ask({ do: 'listen' });
      const contender = await startContender(name, port, node);
      this.contenders.push(contender);
      return contender;
    } catch (error) {
      if (!(error instanceof NotHere)) throw error;
      this.absent.push(`${name}: ${error.message}`);
      return null;
    }
  }

  /** Gives the load one CPU and the contenders another. @returns false where that cannot be done */
  separate(): boolean {
    const load = keepOn(LOAD_CPU, [this.clients.pid, this.sink.pid]);
    return this.contenders.every(({ pids }) => keepOn(CONTENDER_CPU, pids)) && load;
  }

  async close(): Promise<void> {
    await Promise.all([this.clients.stop(), this.sink.stop()]);
    await Promise.all(this.contenders.map(({ stop }) => stop()));
  }
}

/** Runs `act` in an arena of all contenders that are here, and clears up behind it. */
export async function inArena<T>(
  names: readonly ContenderName[],
  node: NodeSettings,
  act: (arena: Arena) => Promise<T>,
): Promise<T> {
  const arena = new Arena();
  try {
    for (const name of names) await arena.add(name, node);
    return await act(arena);
  } finally {
    await arena.close();
  }
}
