/** A setting that turned out to be of no use only when it was put to use: exit code 2, as for all wrong settings. */
export class UnusableSetting extends Error {
  override readonly name = 'UnusableSetting';
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
