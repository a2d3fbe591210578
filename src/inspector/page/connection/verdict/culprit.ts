import type { Verdict } from '../../../../verdict/verdict.ts';

/** What summaries call a party that has no name of its own. */
const NAMES: Readonly<Record<Verdict['closedBy'], readonly string[]>> = {
  client: ['client'],
  proxy: ['proxy'],
  server: ['Mattermost', 'server'],
  network: ['network'],
  gateway: ['hangup'],
  unknown: [],
};

/** A verdict's sentence around the name of whom it accuses, so that the name can stand out; no name: all is `before`. */
export interface Accusation {
  readonly before: string;
  readonly name: string;
  readonly after: string;
}

/** The first place where the hop, or else its party, is named as a word; upper and lower case alike. */
export function accusationOf({ summary, hop, closedBy }: Pick<Verdict, 'summary' | 'hop' | 'closedBy'>): Accusation {
  for (const name of [...(hop === null ? [] : [hop]), ...NAMES[closedBy]]) {
    const at = wordAt(summary, name);
    if (at < 0) continue;
    const end = at + name.length;
    return { before: summary.slice(0, at), name: summary.slice(at, end), after: summary.slice(end) };
  }
  return { before: summary, name: '', after: '' };
}

function wordAt(text: string, word: string): number {
  const [here, there] = [text.toLowerCase(), word.toLowerCase()];
  const isLetter = (letter: string | undefined): boolean => letter !== undefined && /[\p{L}\p{N}_-]/u.test(letter);
  for (let at = here.indexOf(there); at >= 0; at = here.indexOf(there, at + 1)) {
    if (!isLetter(here[at - 1]) && !isLetter(here[at + there.length])) return at;
  }
  return -1;
}
