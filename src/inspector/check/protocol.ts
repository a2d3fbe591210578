/** What a check's thread is started with: the body of the request, moved and not copied. */
export interface CheckTask {
  readonly body: Uint8Array<ArrayBuffer>;
}

/** What it says, once: the answer as it goes out. A thread that ends without it has failed. */
export interface CheckReply {
  readonly status: number;
  /** JSON in UTF-8. */
  readonly body: Uint8Array<ArrayBuffer>;
}
