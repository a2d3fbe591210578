import type { Configuration, Directive } from '../parse/tree.ts';
import { conditionOf, VariableSources } from './copy/variable-sources.ts';
import type { UpgradeResult } from './measurements/upgrade.ts';

/**
 * Refusals that depend on who asks: an `if` about an address, a header or a certificate that the client
 * of the measurements cannot have. What it got then tells nothing about those who have it.
 */

export interface Gate {
  /** The variable that decides, without `$`. */
  readonly variable: string;
  /** The `if` that asks for it. */
  readonly at: Directive;
}

export class Gates {
  readonly #sources: VariableSources;

  constructor(configuration: Configuration) {
    this.#sources = new VariableSources(configuration);
  }

  /** @returns what may have shut out this client alone; null where the backend was asked, or nothing of the kind is there */
  of({ received, answer, answered, denied }: UpgradeResult): Gate | null {
    if (received !== null || answered === null || denied) return null;
    // 444 closes without an answer.
    const status = String(answer?.status ?? 444);
    for (let level: Directive | null = answered.scope.directive; level !== null; level = level.parent) {
      for (const each of [level, ...(level.block?.children ?? [])]) {
        const gate = each.name === 'if' && leadsTo(each, status) ? this.#gate(each) : null;
        if (gate !== null) return gate;
      }
    }
    return null;
  }

  #gate(at: Directive): Gate | null {
    const variable = this.#sources.ofClient(conditionOf(at));
    return variable === null ? null : { variable, at };
  }
}

const MAKES_URLS: readonly string[] = ['set', 'rewrite', 'break'];

/** A proxy_pass whose variables are empty is answered with 500: an `if` may have kept a `set` from being met. */
const leadsTo = ({ block }: Directive, status: string): boolean =>
  block?.children.some(
    ({ name, args }) =>
      (name === 'return' && args[0]?.text === status) || (status === '500' && MAKES_URLS.includes(name)),
  ) === true;
