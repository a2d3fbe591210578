import type { Cause, Manner, Party, Verdict } from '../verdict/verdict.ts';
import { harmless } from './harmless.ts';

/** The contract's codes in words for people. The keys are checked to be complete, and serve as the lists of what is allowed. */

const PARTY_WORDS: Readonly<Record<Party, string>> = {
  client: 'the client',
  proxy: 'a proxy',
  server: 'the server',
  network: 'the network',
  gateway: 'hangup itself',
  unknown: 'nobody known',
};

const CAUSE_WORDS: Readonly<Record<Cause, string>> = {
  'client-close': 'close',
  'client-going-away': 'going away',
  'client-abort': 'end without Close',
  'client-reset': 'reset',
  'client-ping-timeout': 'ping timeout',
  'proxy-idle-timeout': 'idle timeout',
  'proxy-reload': 'reload',
  'proxy-stop': 'stop',
  'proxy-crash': 'crash',
  'proxy-slow-client': 'slow client',
  'proxy-injected-close': 'injected Close',
  'proxy-closed': 'reason not known',
  'server-close': 'close',
  'server-shutdown': 'shutdown',
  'server-auth-timeout': 'authentication timeout',
  'server-bad-token': 'bad token',
  'server-pong-timeout': 'pong timeout',
  'server-write-timeout': 'write timeout',
  'server-queue-full': 'full queue',
  'server-message-too-big': 'message too big',
  'server-protocol-error': 'protocol error',
  'server-resume-rejected': 'resume rejected',
  'server-abort': 'end without Close',
  'server-reset': 'reset',
  'peer-silent': 'silent peer',
  'path-state-lost': 'path forgotten',
  'container-stopped': 'container stopped',
  'container-disconnected': 'container disconnected',
  unreachable: 'unreachable',
  'gateway-shutdown': 'shutdown',
  'gateway-dead-peer': 'dead peer',
  'gateway-limit': 'limit',
  'upgrade-refused': 'upgrade refused',
  unknown: 'cause not known',
};

const MANNER_WORDS: Readonly<Record<Manner, string>> = {
  'close-frame': 'Close',
  fin: 'FIN',
  rst: 'RST',
  silence: 'silence',
  refused: 'refused',
};

export function isParty(word: string): word is Party {
  return Object.hasOwn(PARTY_WORDS, word);
}

export function isCause(word: string): word is Cause {
  return Object.hasOwn(CAUSE_WORDS, word);
}

export const PARTIES: readonly string[] = Object.keys(PARTY_WORDS);
export const CAUSES: readonly string[] = Object.keys(CAUSE_WORDS);

export const causeWords = (cause: Cause): string => CAUSE_WORDS[cause];

/** Who acted first, in a sentence: the name of the hop if it has one that says more than the party. */
export function whoWords({ closedBy, hop }: Pick<Verdict, 'closedBy' | 'hop'>): string {
  return hop === null || hop === closedBy ? PARTY_WORDS[closedBy] : harmless(hop);
}

/** Who acted first, in a column: `nginx`, `client`. */
export function whoCell({ closedBy, hop }: Pick<Verdict, 'closedBy' | 'hop'>): string {
  return hop === null ? closedBy : harmless(hop);
}

/** `Close 1001`, `Close (empty)`, `FIN`, `refused`. */
export function howCell({ manner, closeCode }: Pick<Verdict, 'manner' | 'closeCode'>): string {
  if (manner !== 'close-frame') return MANNER_WORDS[manner];
  return closeCode === null ? 'Close (empty)' : `Close ${closeCode}`;
}
