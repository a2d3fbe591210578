import type { Configuration, Directive } from '../../parse/tree.ts';
import { bare, everyDirective, isValueBlock } from './definitions.ts';

/** What the variables of a configuration are made of, and whether the client of the measurements has all of it. */

/**
 * What differs from client to client. The headers of an upgrade are those that every browser sends, and so does the client
 * of the measurements.
 */
const OF_THE_CLIENT =
  /^(remote_(addr|port|user)|binary_remote_addr|realip_remote_(addr|port)|proxy_protocol_\w+|ssl_client_\w+|geoip2?_\w+|cookie_\w+|arg_(?!connection_id$|sequence_number$)\w+|http_(?!upgrade$|connection$|host$|origin$|sec_websocket_)\w+)$/;

/** nginx's own, and the same in the copy as in the original: of the request that a browser makes, and of the server. */
const OF_THE_REQUEST =
  /^(http_(upgrade|connection|host|origin)|host|server_name|server_port|scheme|https|request_(uri|method)|uri|document_uri|args|is_args|query_string|hostname|\d)$/;

const NAMED_CAPTURE = /\(\?P?[<'](\w+)[>']/g;

export class VariableSources {
  /** variable → the variables that it is made of; names in lower case, as nginx compares them */
  readonly #sources = new Map<string, Set<string>>();
  /** Made by something else than `set` and blocks of values. */
  readonly #others = new Set<string>();

  constructor(configuration: Configuration) {
    for (const directive of everyDirective(configuration.directives)) this.#read(directive);
  }

  #read(directive: Directive): void {
    const words = directive.args.map(({ text }) => text);
    const [variable = '', value = ''] = words;
    for (const [, name = ''] of [directive.name, ...words].join(' ').matchAll(NAMED_CAPTURE)) this.#other(name, '');
    if (directive.name === 'auth_request_set') this.#other(bare(variable), value);
    else if (directive.name === 'set') {
      // Whether it is set at all is up to the `if` around it.
      const around = directive.parent?.name === 'if' ? conditionOf(directive.parent) : '';
      this.#made(bare(variable), `${value} ${around}`);
    } else if (isValueBlock(directive)) {
      const inside = (directive.block?.children ?? []).flatMap(({ args }) => args.map(({ text }) => text));
      const asked = directive.name === 'geo' && words.length === 1 ? '$remote_addr' : variable;
      this.#made(bare(words.at(-1) ?? ''), [asked, ...inside].join(' '));
    }
  }

  #other(variable: string, of: string): void {
    this.#others.add(variable.toLowerCase());
    this.#made(variable, of);
  }

  #made(variable: string, of: string): void {
    const name = variable.toLowerCase();
    const known = this.#sources.get(name) ?? new Set();
    for (const each of variablesIn(of)) known.add(each);
    this.#sources.set(name, known);
  }

  /** Whether a capture or an answer makes the variable, so that no line shows what it can hold. */
  isMadeElsewhere = (variable: string): boolean => this.#others.has(variable.toLowerCase());

  /** @returns the variable of which only a real client knows the value, where the text hangs on one */
  ofClient(text: string): string | null {
    return this.#roots(text).find((name) => OF_THE_CLIENT.test(name)) ?? null;
  }

  /** @returns a variable of which the copy does not know what the original makes it, where the text hangs on one */
  unlikeOriginal(text: string): string | null {
    return this.#roots(text).find((name) => !OF_THE_REQUEST.test(name)) ?? null;
  }

  /** What the text is made of in the end. */
  #roots(text: string): readonly string[] {
    const seen = new Set<string>();
    const left = [...variablesIn(text)];
    for (let variable = left.pop(); variable !== undefined; variable = left.pop()) {
      if (seen.has(variable)) continue;
      seen.add(variable);
      left.push(...(this.#sources.get(variable) ?? []));
    }
    return [...seen].filter((name) => !this.#sources.has(name));
  }
}

/** @param block an `if` */
export const conditionOf = ({ args }: Directive): string => args.map(({ text }) => text).join(' ');

const variablesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name.toLowerCase());
