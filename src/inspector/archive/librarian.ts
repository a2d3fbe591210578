import { errorOf, troubleOf } from '../../evidence/journal-error.ts';
import { JournalReader } from '../../evidence/journal-reader.ts';
import { connectionDetail } from './connection-detail.ts';
import { CursorError } from './cursor.ts';
import { FrameWindows } from './frame-windows.ts';
import { connectionsPage, verdictLines } from './pages.ts';
import { payloadView } from './payload-view.ts';
import type { Answers, Arguments, Question } from './protocol.ts';
import { summaryOf } from './summary.ts';

interface Opened {
  readonly reader: JournalReader;
  readonly windows: FrameWindows;
}

type Shelf = { readonly [Q in Question]: (opened: Opened, args: Arguments[Q]) => Answers[Q] };

const SHELF: Shelf = {
  connections: ({ reader }, args) => connectionsPage(reader, ...args),
  connection: ({ reader }, [id]) => connectionDetail(reader, id),
  frames: ({ windows }, args) => windows.frames(...args),
  gaps: ({ windows }, args) => windows.gaps(...args),
  payload: ({ reader }, args) => payloadView(reader, ...args),
  summary: ({ reader }, [query]) => summaryOf(reader, query),
  verdicts: ({ reader }, args) => verdictLines(reader, ...args),
};

/** Looks things up in a journal, which it opens for the first question and again after a failure. */
export class Librarian {
  readonly #folder: string;
  #opened: Opened | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws JournalError when the journal cannot be read, CursorError */
  answer<Q extends Question>(question: Q, args: Arguments[Q]): Answers[Q] {
    try {
      this.#opened ??= this.#open();
      return SHELF[question](this.#opened, args);
    } catch (error) {
      if (error instanceof CursorError) throw error;
      this.close();
      throw errorOf(troubleOf(error, this.#folder));
    }
  }

  close(): void {
    this.#opened?.reader.close();
    this.#opened = null;
  }

  #open(): Opened {
    const reader = new JournalReader(this.#folder);
    return { reader, windows: new FrameWindows(reader) };
  }
}
