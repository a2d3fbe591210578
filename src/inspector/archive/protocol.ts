import type { JournalTrouble } from '../../evidence/journal-error.ts';
import type { Archive } from '../archive.ts';

/** What the archive and its thread say to each other: plain data. */

export type Question = Exclude<keyof Archive, 'close'>;

export type Arguments = { readonly [Q in Question]: Parameters<Archive[Q]> };
export type Answers = { readonly [Q in Question]: Awaited<ReturnType<Archive[Q]>> };

export type Asked<Q extends Question = Question> = {
  readonly [P in Q]: { readonly id: number; readonly question: P; readonly args: Arguments[P] };
}[Q];

export type Answered<Q extends Question = Question> = {
  readonly [P in Q]: {
    readonly kind: 'answer';
    readonly id: number;
    readonly question: P;
    readonly answer: Answers[P];
  };
}[Q];

/** `bad-cursor`: the question is at fault, not the journal. */
export type ArchiveTrouble = JournalTrouble | 'bad-cursor';

export interface Failed {
  readonly kind: 'failure';
  readonly id: number;
  readonly code: ArchiveTrouble;
  /** One sentence. */
  readonly says: string;
}

export type FromArchive = Answered | Failed;

/** What the thread is started with. */
export interface ArchiveSettings {
  readonly folder: string;
}
