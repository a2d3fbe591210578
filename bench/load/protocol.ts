/** What the bench and its load processes say to each other: one JSON text a message, an answer to each question in order. */

/** To the sink, the WebSocket server behind every contender. A contender has a port of its own, which names it here. */
export type SinkQuestion =
  | { readonly do: 'listen' }
  /** Sends events on all connections of a port, spread evenly. Answered when all are written: Count. */
  | { readonly do: 'emit'; readonly port: number; readonly perSecond: number; readonly seconds: number }
  /** What came in on a port since it was last asked: Count. */
  | { readonly do: 'count'; readonly port: number };

/** To the clients. They, too, know a contender by its port: the one that it listens on. */
export type ClientsQuestion =
  /** Answered when all are upgraded. */
  | { readonly do: 'open'; readonly port: number; readonly path: string; readonly connections: number }
  /** Small frames from all connections of a port in turn: Count. */
  | { readonly do: 'chat'; readonly port: number; readonly perSecond: number; readonly seconds: number }
  /** Round trips; without a pace each connection sends as soon as it has its answer: Latency. */
  | { readonly do: 'echo'; readonly port: number; readonly perSecond: number | null; readonly seconds: number }
  | { readonly do: 'count'; readonly port: number };

export interface Listening {
  readonly port: number;
}

export interface Opened {
  readonly connections: number;
}

export interface Count {
  readonly frames: number;
  /** Payload bytes. */
  readonly bytes: number;
  /** Connections that are gone. */
  readonly closed: number;
}

export interface Latency {
  readonly samples: number;
  /** Sent and not answered at the end. */
  readonly unanswered: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

/** What each question is answered with. */
export interface SinkAnswers {
  readonly listen: Listening;
  readonly emit: Count;
  readonly count: Count;
}

export interface ClientsAnswers {
  readonly open: Opened;
  readonly chat: Count;
  readonly echo: Latency;
  readonly count: Count;
}

/** Answers questions from the parent process, one after the other as they are done. */
export function answering<Question extends { readonly do: string }>(
  answer: (question: Question) => Promise<unknown>,
): void {
  process.on('message', (message) => {
    if (typeof message !== 'string') return;
    const { id, question }: { id: number; question: Question } = JSON.parse(message);
    answer(question).then(
      (value) => process.send?.(JSON.stringify({ id, value })),
      (error: unknown) => process.send?.(JSON.stringify({ id, error: String(error) })),
    );
  });
  // The bench has ended, however: nobody is left to ask.
  process.on('disconnect', () => process.exit(0));
}
