/** Where a configuration's files come from: a disk, the sections of a dump, or what somebody pasted. The parser itself does no I/O. */
export interface ConfigFiles {
  /** @param path absolute, or as the main file was named */
  read(path: string): FileAnswer;
  /** @param folder absolute @returns the names in it (`.` and `..` not among them), or null where it cannot be read */
  list(folder: string): readonly string[] | null;
  /** Set where these are not all there are (a paste): a pattern that matches none of them says nothing. */
  readonly partial?: true;
  /** Set for a piece whose nginx.conf nobody knows: where its relative includes start is not known either. */
  readonly prefixUnknown?: true;
}

export type FileAnswer =
  | { readonly bytes: Uint8Array }
  /** In nginx's words: `open() "…" failed (2: No such file or directory)`. */
  | { readonly refused: string }
  /** Nobody gave this file to us, so nothing can be said about it: a paste, or a dump without it. */
  | { readonly unknown: true };
