/** Where a value was given. */
export type Source =
  | { readonly kind: 'flag'; readonly flag: string }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: 'default' };

/** A value as it was written, unchecked, with its source. */
export interface Given {
  readonly value: unknown;
  readonly source: Source;
}

/** `--keepalive`, `HANGUP_KEEPALIVE`, `hangup.yaml:3:12`, `default`: how an error message begins. */
export function describeSource(source: Source): string {
  switch (source.kind) {
    case 'flag':
      return source.flag;
    case 'environment':
      return source.variable;
    case 'file':
      return `${source.file}:${source.line}:${source.column}`;
    case 'default':
      return 'default';
  }
}

/** A setting that cannot be used. The message is one sentence for the operator; the exit code is 2 (DESIGN.md, Contracts). */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  /**
   * @param label what the value belongs to (`tap inner: listen`), or null when the source names it already
   * @param says the end of the sentence
   */
  static at(source: Source, label: string | null, says: string): SettingsError {
    return new SettingsError([describeSource(source), label, says].filter((part) => part !== null).join(': '));
  }
}
