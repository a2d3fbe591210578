import type { Directive, Word } from '../parse/tree.ts';
import { variablesIn } from './script.ts';

/** What one directive says and another is held against, gathered on the way through the configuration. */
export class Memory {
  /** Variables by name, where each is first used. nginx asks for them when all is read. */
  readonly usedVariables = new Map<string, Word>();
  readonly definedVariables = new Set<string>();
  /** `log_format` names. */
  readonly formats = new Set<string>(['combined']);
  /** Shared memory zones: those with a size, with their key where they have one, and those that are only named. */
  readonly zones = new Map<string, string>();
  readonly usedZones = new Map<string, Word>();
  /** Zones of `proxy_cache_path` and its kin, which nginx words differently. */
  readonly usedCaches: { readonly directive: Directive; readonly zone: Word }[] = [];
  readonly upstreams = new Map<string, Directive>();
  readonly addresses = new Map<string, Listened>();
  readonly servers: Directive[] = [];
  readonly locations: Directive[] = [];

  uses(word: Word): void {
    for (const name of variablesIn(word.text)) if (!this.usedVariables.has(name)) this.usedVariables.set(name, word);
  }

  /** @param text with its `$`; anything else defines nothing */
  defines(text: string): void {
    if (text.startsWith('$')) this.definedVariables.add(text.slice(1).toLowerCase());
  }
}

/** An address that a server listens on, as the servers before it left it. */
export interface Listened {
  readonly servers: Set<Directive>;
  hasOptions: boolean;
  hasDefault: boolean;
}
