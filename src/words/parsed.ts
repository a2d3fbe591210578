/** What a small parser answers: a value, or what is wrong with the text as the end of a sentence that begins with the setting's name. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly says: string };

export const parsed = <T>(value: T): Parsed<T> => ({ ok: true, value });

export const refused = (says: string): Parsed<never> => ({ ok: false, says });

/** The same end of a sentence with one more word that would have been right: `…, or off`, `did you mean 30s or off?`. */
export const orWord = (says: string, word: string): string =>
  says.endsWith('?') ? `${says.slice(0, -1)} or ${word}?` : `${says}, or ${word}`;
