/** What `/healthz` says: 200 while traffic is relayed, whatever becomes of the recording, which is said beside it. */
export interface Health {
  readonly recording: boolean;
  /** Why nothing is recorded, or null. */
  readonly why: string | null;
  readonly open: number;
}
