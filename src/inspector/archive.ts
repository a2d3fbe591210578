import type {
  ConnectionDetail,
  ConnectionQuery,
  ConnectionsPage,
  FramesPage,
  FramesQuery,
  GapsPage,
  PayloadView,
  Summary,
} from './api.ts';

/** What the journal alone knows of the situation; the rest of a `Summary` is known to the process that serves. */
export type ArchivedSummary = Pick<Summary, 'closed' | 'byParty' | 'byCertainty' | 'groups' | 'pictures'> & {
  /** What was not recorded, in words. */
  readonly notes: readonly string[];
};

/**
 * The journal as the inspector reads it: asynchronous, for the reading is done by a thread of its own and never holds up
 * the gateway. Open connections come with the totals that the journal has, which is none: their owner fills them in.
 */
export interface Archive {
  /** @param limit rows at most @param cursor `next` of the page before */
  connections(query: ConnectionQuery, limit: number, cursor: string | null): Promise<ConnectionsPage>;
  /** @returns null when there is no such connection */
  connection(id: string): Promise<ConnectionDetail | null>;
  frames(id: string, query: FramesQuery): Promise<FramesPage | null>;
  gaps(id: string, minMs: number): Promise<GapsPage | null>;
  payload(id: string, index: number, limit: number): Promise<PayloadView | null>;
  summary(query: ConnectionQuery): Promise<ArchivedSummary>;
  /** The stored JSON of verdicts, one a connection, newest first; a page as `connections` has them. */
  verdicts(query: ConnectionQuery, limit: number, cursor: string | null): Promise<VerdictLines>;
  close(): Promise<void>;
}

export interface VerdictLines {
  readonly lines: readonly string[];
  readonly next: string | null;
}
