import type { Directive } from '../../parse/tree.ts';
import { type Definitions, variableAtStart } from './definitions.ts';
import type { VariableSources } from './variable-sources.ts';

/** Where `proxy_pass` leads, turned to hangup's backend in such a way that `$proxy_host` can be turned back in the report. */

/** No DNS name and no address can be made of it, whatever a variable behind it holds. */
const MARKER = 'hangup-target-';
/** Without an upstream of that name nginx says "no resolver defined", as it does for the original. */
const UNRESOLVED = 'hangup-unresolved-';

/** A variable of the copy for each text of variables that nginx may find empty. */
const GUARD = '$hangup_given_';
const VARIABLE_FIRST = /^\$(?:\{\w+\}|\w+)/;

/** A variable of the copy that is always empty. */
export const EMPTY_VARIABLE = '$hangup_empty';

const VARIABLES = /\$(?:\{(\w+)\}|(\w+))/g;
/** Nothing but variables: what nginx makes of it may be nothing. */
const MAY_BE_EMPTY = /^(?:\$\w+|\$\{\w+\})+$/;
const HOST_AND_PORT = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s;

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

/** A variable of the copy that stands for a text of variables, and is told from it only where that is empty. */
export interface Guard {
  readonly variable: string;
  readonly text: string;
  readonly stands: string;
  readonly empty: string;
}

export class Targets {
  readonly #definitions: Definitions;
  readonly #sources: VariableSources;
  readonly #guards: Guard[] = [];
  /** marker → the authority as it was written */
  readonly #markers = new Map<string, string>();
  readonly #unresolved = new Map<string, string>();

  constructor(definitions: Definitions, sources: VariableSources) {
    this.#definitions = definitions;
    this.#sources = sources;
  }

  /** What needs a map in the copy. */
  get guards(): Iterable<Guard> {
    return this.#guards;
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
    return this.#value(url, by)?.url ?? url;
  }

  /** @returns null for what is no URL that begins with its scheme */
  #value(url: string, by: Directive): Redirected | null {
    const scheme = SCHEME.exec(url)?.[0];
    if (scheme === undefined) return null;
    return this.#withVariables(scheme, url.slice(scheme.length), by, this.#definitions.anyResolver);
  }

  /** `$proto://`, where that can be nothing else than a scheme. */
  #variableScheme(url: string, variable: string | null, at: Directive): string | null {
    const written = /^\$(?:\w+|\{\w+\}):\/\//.exec(url)?.[0];
    if (written === undefined || variable === null) return null;
    const values = variable === 'scheme' ? ['http', 'https'] : this.#knownValues(variable, at);
    return values?.every((value) => /^https?$/i.test(value)) ? written : null;
  }

  #wholeUrl(url: string, variable: string, at: Directive): Redirected {
    const texts = this.#sources.isMadeElsewhere(variable) ? null : this.#definitions.textsOf(variable, at);
    const values = texts?.filter((text) => text !== '').map((text) => this.#value(text, at));
    // The lines that set it have the copy's URLs: nginx itself finds out which, and whether there is one.
    if (values?.every((value) => value !== null))
      return { url, unsure: values.find(({ unsure }) => unsure !== null)?.unsure ?? null };
    const unsure = `what $${variable} holds is not known: the copy asks hangup's backend with the path of the request`;
    return { url: this.#guard(VARIABLE_FIRST.exec(url)?.[0] ?? url, `http://${this.#marker(url)}`, ''), unsure };
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
      return { url: scheme + this.#unlessEmpty(authority, this.#marker(authority)) + path, unsure };
    }
    if (values.every((value) => this.#isUpstream(value))) return sure(scheme + rest);
    // One value is what `$proxy_host` is in the original, too.
    const [only = authority, ...others] = values;
    const stands = others.length === 0 ? only : authority;
    const isFound = values.some((value) => this.#found(value)) || resolves;
    const name = isFound ? this.#marker(stands) : named(this.#unresolved, UNRESOLVED, stands);
    const hangsOn = this.#sources.unlikeOriginal(authority);
    const unsure =
      hangsOn === null ? null : `which backend it is depends on $${hangsOn}: the copy asks hangup's, whichever that is`;
    return { url: scheme + this.#unlessEmpty(authority, name) + path, unsure };
  }

  /**
   * nginx says 500 to a URL without a host, and to one with a colon and no port (ngx_parse_inet_url): whether a variable is
   * set when the request comes by, it has to find out itself.
   */
  #unlessEmpty(authority: string, stands: string): string {
    const [, host = '', port = ''] = HOST_AND_PORT.exec(authority) ?? [];
    return this.#guard(host, stands, '') + this.#guard(port, '', ':');
  }

  /** What real clients bring along hangup's own does not: then nothing follows from its being empty. */
  #guard(text: string, stands: string, empty: string): string {
    if (!MAY_BE_EMPTY.test(text)) return stands;
    if (this.#sources.unlikeOriginal(text) !== null) return stands;
    const known = this.#guards.find((guard) => guard.text === text && guard.stands === stands && guard.empty === empty);
    if (known !== undefined) return known.variable;
    const variable = `${GUARD}${this.#guards.length + 1}`;
    this.#guards.push({ variable, text, stands, empty });
    return variable;
  }

  /** Every text that one with variables can become. @returns null, and which variable is not known */
  #valuesOf(text: string, at: Directive): { readonly values: readonly string[] | null; readonly unknown: string } {
    let texts = [''];
    let from = 0;
    for (const { 0: written, index, 1: braced, 2: plain } of text.matchAll(VARIABLES)) {
      const name = braced ?? plain ?? '';
      const values = this.#knownValues(name, at);
      if (values === null || values.length * texts.length > MOST_VALUES) return { values: null, unknown: name };
      const before = text.slice(from, index);
      texts = texts.flatMap((each) => values.map((value) => each + before + value));
      from = index + written.length;
    }
    return { values: [...new Set(texts.map((each) => each + text.slice(from)))], unknown: '' };
  }

  #knownValues(variable: string, at: Directive): readonly string[] | null {
    return this.#sources.isMadeElsewhere(variable) ? null : this.#definitions.valuesOf(variable, at);
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
