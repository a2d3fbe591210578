import type { Directive } from '../../parse/tree.ts';
import { type Definitions, variableAtStart } from './definitions.ts';

/** Where `proxy_pass` leads, turned to hangup's backend in such a way that `$proxy_host` can be turned back in the report. */

/** No DNS name and no address can be made of it, whatever a variable behind it holds. */
const MARKER = 'hangup-target-';
/** Without an upstream of that name nginx says "no resolver defined", as it does for the original. */
const UNRESOLVED = 'hangup-unresolved-';

/** A variable of the copy that is always empty. */
export const EMPTY_VARIABLE = '$hangup_empty';

/** What is left of a URL behind its host begins with one of these. */
const PATH_VARIABLE = /^\$\{?(request_uri|uri|document_uri|is_args|args|query_string|\d)\b/;
const SCHEME = /^(https?):\/\//i;
/** More combinations than that say nothing. */
const MOST_VALUES = 100;

export interface Redirected {
  readonly url: string;
  /** What the copy cannot show, for the operator; null where it behaves as the original. */
  readonly unsure: string | null;
}

export class Targets {
  readonly #definitions: Definitions;
  /** marker → the authority as it was written */
  readonly #markers = new Map<string, string>();
  readonly #unresolved = new Map<string, string>();

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  /** Names that need an upstream block in the copy. */
  get resolved(): Iterable<string> {
    return this.#markers.keys();
  }

  /** Every name that stands for another in what the backend receives. */
  get markers(): ReadonlyMap<string, string> {
    return new Map([...this.#markers, ...this.#unresolved]);
  }

  /** The URL of a `proxy_pass`. @param pass the directive, for what is in force around it */
  pass(url: string, pass: Directive): Redirected {
    const variable = variableAtStart(url);
    const scheme = SCHEME.exec(url)?.[0] ?? this.#variableScheme(url, variable, pass);
    if (scheme === null) {
      if (variable !== null) return this.#wholeUrl(url, variable, pass);
      return { url: `http://${this.#marker(url)}`, unsure: `"${url}" is no URL that nginx takes` };
    }
    const rest = url.slice(url.indexOf('://') + 3);
    if (!url.includes('$')) return sure(scheme + this.#fixed(rest));
    const redirected = this.#withVariables(scheme, rest, pass, hasResolver(pass));
    return { ...redirected, url: stillVariable(redirected.url) };
  }

  /** A URL that a `set` or `map` gives to a variable which a proxy_pass begins with. @param by the `set` or the `map` */
  value(url: string, by: Directive): string {
    const scheme = SCHEME.exec(url)?.[0];
    if (scheme === undefined) return url;
    return this.#withVariables(scheme, url.slice(scheme.length), by, this.#definitions.anyResolver).url;
  }

  /** `$proto://`, where that can be nothing else than a scheme. */
  #variableScheme(url: string, variable: string | null, at: Directive): string | null {
    const written = /^\$(?:\w+|\{\w+\}):\/\//.exec(url)?.[0];
    if (written === undefined || variable === null) return null;
    const values = variable === 'scheme' ? ['http', 'https'] : this.#definitions.valuesOf(variable, at);
    return values?.every((value) => /^https?$/i.test(value)) ? written : null;
  }

  #wholeUrl(url: string, variable: string, at: Directive): Redirected {
    const values = this.#definitions.valuesOf(variable, at);
    if (values?.every((value) => value === '' || SCHEME.test(value))) return sure(url);
    const unsure = `what $${variable} holds is not known: the copy asks hangup's backend with the path of the request`;
    return { url: `http://${this.#marker(url)}`, unsure };
  }

  #fixed(rest: string): string {
    const { authority, path } = split(rest);
    return this.#isUpstream(authority.replace(/:\d+$/, '')) ? rest : this.#marker(authority) + path;
  }

  #withVariables(scheme: string, rest: string, at: Directive, resolves: boolean): Redirected {
    const { authority, path } = splitWithVariables(rest);
    const { values, unknown } = this.#valuesOf(authority, at);
    if (values === null) {
      const unsure = `what $${unknown} holds is not known: the copy asks hangup's backend in its place`;
      return { url: scheme + this.#marker(authority) + path, unsure };
    }
    if (values.every((value) => this.#isUpstream(value))) return sure(scheme + rest);
    // One value is what `$proxy_host` is in the original, too.
    const [only = authority, ...others] = values;
    const stands = others.length === 0 ? only : authority;
    if (values.some((value) => this.#found(value)) || resolves) return sure(scheme + this.#marker(stands) + path);
    return sure(scheme + named(this.#unresolved, UNRESOLVED, stands) + path);
  }

  /** Every text that one with variables can become. @returns null, and which variable is not known */
  #valuesOf(text: string, at: Directive): { readonly values: readonly string[] | null; readonly unknown: string } {
    let texts = [''];
    let from = 0;
    for (const { 0: written, index, 1: braced, 2: plain } of text.matchAll(/\$(?:\{(\w+)\}|(\w+))/g)) {
      const name = braced ?? plain ?? '';
      const values = this.#definitions.valuesOf(name, at);
      if (values === null || values.length * texts.length > MOST_VALUES) return { values: null, unknown: name };
      const before = text.slice(from, index);
      texts = texts.flatMap((each) => values.map((value) => each + before + value));
      from = index + written.length;
    }
    return { values: [...new Set(texts.map((each) => each + text.slice(from)))], unknown: '' };
  }

  /** With a port it is none: nginx then looks for a host (ngx_http_upstream_init_request). */
  #isUpstream(authority: string): boolean {
    return this.#definitions.upstreams.has(authority.toLowerCase());
  }

  /** Whether nginx finds it without asking DNS. */
  #found(authority: string): boolean {
    const address = /^(\d+\.\d+\.\d+\.\d+|\[[^\]]+\])(:\d+)?$/.test(authority) || authority.startsWith('unix:');
    return address || this.#isUpstream(authority) || this.#definitions.staticTargets.has(authority.toLowerCase());
  }

  #marker(authority: string): string {
    return named(this.#markers, MARKER, authority);
  }
}

/** Without any variable left nginx would treat the path as it does for a fixed URL, and look the host up when it starts. */
const stillVariable = (url: string): string => (url.includes('$') ? url : url + EMPTY_VARIABLE);

const sure = (url: string): Redirected => ({ url, unsure: null });

function named(names: Map<string, string>, prefix: string, authority: string): string {
  for (const [name, known] of names) if (known === authority) return name;
  const name = `${prefix}${names.size + 1}`;
  names.set(name, authority);
  return name;
}

function split(rest: string): { readonly authority: string; readonly path: string } {
  const socket = /^unix:[^:]*/.exec(rest)?.[0];
  const authority = socket ?? /^[^/?#]*/.exec(rest)?.[0] ?? '';
  const path = rest.slice(authority.length);
  return { authority, path: socket !== undefined && path.startsWith(':') ? path.slice(1) : path };
}

/** The host ends at a slash, or where a variable begins that holds a path. */
function splitWithVariables(rest: string): { readonly authority: string; readonly path: string } {
  if (rest.startsWith('unix:')) return split(rest);
  let at = 0;
  while (at < rest.length && rest[at] !== '/' && rest[at] !== '?' && !PATH_VARIABLE.test(rest.slice(at))) at++;
  // `http://$1` : a host after all.
  if (at === 0) at = /^\$(\{\w+\}|\w+)[^/?$]*/.exec(rest)?.[0].length ?? 0;
  return { authority: rest.slice(0, at), path: rest.slice(at) };
}

/** Whether a `resolver` is in force at a directive: it is inherited from the levels around. */
function hasResolver(at: Directive): boolean {
  for (let level: Directive | null = at.parent; level !== null; level = level.parent) {
    if (level.block?.children.some(({ name }) => name === 'resolver') === true) return true;
  }
  return false;
}
