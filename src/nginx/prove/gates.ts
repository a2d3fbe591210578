import type { Configuration, Directive } from '../parse/tree.ts';
import { bare, everyDirective, isValueBlock } from './copy/definitions.ts';
import type { UpgradeResult } from './measurements/upgrade.ts';

/**
 * Refusals that depend on who asks: an `if` with a `return` about an address, a header or a certificate that the client
 * of the measurements cannot have. What it got then tells nothing about those who have it.
 */

export interface Gate {
  /** The variable that decides, without `$`. */
  readonly variable: string;
  /** The `if` that asks for it. */
  readonly at: Directive;
}

/**
 * What differs from client to client. The headers of an upgrade are those that every browser sends, and so does the client
 * of the measurements.
 */
const OF_THE_CLIENT =
  /^(remote_(addr|port|user)|binary_remote_addr|realip_remote_(addr|port)|proxy_protocol_\w+|ssl_client_\w+|geoip2?_\w+|cookie_\w+|arg_(?!connection_id$|sequence_number$)\w+|http_(?!upgrade$|connection$|host$|origin$|sec_websocket_)\w+)$/;

export class Gates {
  /** variable → the variables that it is made of */
  readonly #sources = new Map<string, Set<string>>();

  constructor(configuration: Configuration) {
    for (const directive of everyDirective(configuration.directives)) this.#read(directive);
  }

  #read(directive: Directive): void {
    const words = directive.args.map(({ text }) => text);
    const [variable = '', value = ''] = words;
    if (directive.name === 'set') {
      // Whether it is set at all is up to the `if` around it.
      const around = directive.parent?.name === 'if' ? variablesIn(conditionOf(directive.parent)) : [];
      this.#made(bare(variable), [...variablesIn(value), ...around]);
    } else if (isValueBlock(directive)) {
      const inside = (directive.block?.children ?? []).flatMap(({ args }) => args.map(({ text }) => text));
      const asked = directive.name === 'geo' && words.length === 1 ? '$remote_addr' : variable;
      this.#made(bare(words.at(-1) ?? ''), variablesIn([asked, ...inside].join(' ')));
    }
  }

  #made(variable: string, of: readonly string[]): void {
    const known = this.#sources.get(variable) ?? new Set();
    for (const each of of) known.add(each);
    this.#sources.set(variable, known);
  }

  /** @returns what may have shut out this client alone; null where the backend was asked, or nothing of the kind is there */
  of({ received, answer, answered, denied }: UpgradeResult): Gate | null {
    if (received !== null || answered === null || denied) return null;
    // 444 closes without an answer.
    const status = String(answer?.status ?? 444);
    for (let level: Directive | null = answered.scope.directive; level !== null; level = level.parent) {
      for (const each of [level, ...(level.block?.children ?? [])]) {
        const gate = each.name === 'if' && returns(each, status) ? this.#gate(each) : null;
        if (gate !== null) return gate;
      }
    }
    return null;
  }

  #gate(at: Directive): Gate | null {
    const seen = new Set<string>();
    const left = [...variablesIn(conditionOf(at))];
    for (let variable = left.pop(); variable !== undefined; variable = left.pop()) {
      if (seen.has(variable)) continue;
      seen.add(variable);
      if (OF_THE_CLIENT.test(variable)) return { variable, at };
      left.push(...(this.#sources.get(variable) ?? []));
    }
    return null;
  }
}

const returns = ({ block }: Directive, status: string): boolean =>
  block?.children.some(({ name, args }) => name === 'return' && args[0]?.text === status) === true;

const conditionOf = ({ args }: Directive): string => args.map(({ text }) => text).join(' ');

const variablesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name.toLowerCase());
