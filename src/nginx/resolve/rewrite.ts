import type { Directive } from '../parse/tree.ts';
import { asBytes, asText, lowered } from './bytes.ts';
import { holds } from './condition.ts';
import { type CaptureUse, evaluate, matchInto } from './evaluate.ts';
import { regexOf } from './regex/regex.ts';
import type { RequestState } from './state.ts';
import { argument, childrenOf, positionOf, written } from './tree.ts';
import type { Step } from './types.ts';
import { unescapeRedirect } from './uri.ts';

/** The directives of ngx_http_rewrite_module, in the order of the file. */

export type Rewritten =
  | { readonly kind: 'on' }
  /** An answer that is sent as it is. */
  | { readonly kind: 'answer'; readonly status: number; readonly to: string | null; readonly by: Directive }
  /** A status that an error_page may catch. */
  | { readonly kind: 'error'; readonly status: number; readonly by: Directive }
  | { readonly kind: 'unknown'; readonly step: Step };

/** Of what one level's directives do: `stop` where no more of them run. */
type Ran = Rewritten | { readonly kind: 'stop' };

const ON = { kind: 'on' } as const;
const STOP = { kind: 'stop' } as const;

/** Whose presence in an `if` changes nothing about where a request goes and what the backend receives. */
const HARMLESS: readonly string[] = [
  'set',
  'add_header',
  'add_trailer',
  'expires',
  'access_log',
  'error_log',
  'limit_rate',
  'limit_rate_after',
  'etag',
  'rewrite_log',
  'log_not_found',
  'log_subrequest',
  'gzip',
  'more_set_headers',
  'include',
];

/** @param enterIf told of each `if` of a location whose condition holds: it becomes the request's configuration */
export function runRewrites(level: Directive, state: RequestState, enterIf: (block: Directive) => void): Rewritten {
  const ran = new Runner(state, enterIf).run(childrenOf(level));
  return ran.kind === 'stop' ? ON : ran;
}

class Runner {
  readonly #state: RequestState;
  readonly #enterIf: (block: Directive) => void;
  /** `set` and `if` encode captures until a rewrite has run (`e->quote` of ngx_http_rewrite_handler). */
  #use: CaptureUse = 'encoded';

  constructor(state: RequestState, enterIf: (block: Directive) => void) {
    this.#state = state;
    this.#enterIf = enterIf;
  }

  run(directives: readonly Directive[]): Ran {
    for (const directive of directives) {
      const ran = this.#one(directive);
      if (ran.kind !== 'on') return ran;
    }
    return ON;
  }

  #one(directive: Directive): Ran {
    switch (directive.name) {
      case 'set':
        this.#set(directive);
        return ON;
      case 'rewrite':
        return this.#rewrite(directive);
      case 'return':
        return this.#return(directive);
      case 'break':
        return this.#break();
      case 'if':
        return this.#if(directive);
      default:
        return ON;
    }
  }

  #set(directive: Directive): void {
    const value = evaluate(asBytes(argument(directive, 1)), this.#state, this.#use);
    const name = lowered(asBytes(argument(directive, 0).replace(/^\$/, '')));
    if (name !== 'args') {
      this.#state.variables.set(name, value);
      return;
    }
    this.#state.args = value ?? '';
    this.#state.argsUnknown = value === null;
    this.#state.validUnparsed = false;
  }

  #break(): Ran {
    if (this.#state.uriChanged) {
      this.#state.validLocation = false;
      this.#state.uriChanged = false;
    }
    return STOP;
  }

  #if(directive: Directive): Ran {
    const answer = holds(directive, this.#state, this.#use);
    const body = childrenOf(directive);
    if (answer.kind === 'unknown') {
      const step = {
        says: `whether ${written(directive)} holds is not known: ${answer.because}`,
        at: positionOf(directive),
      };
      if (!body.every(({ name }) => HARMLESS.includes(name))) return { kind: 'unknown', step };
      this.#state.steps.push(step);
      for (const { name, args } of body) {
        if (name === 'set') this.#state.variables.set(lowered(asBytes((args[0]?.text ?? '').replace(/^\$/, ''))), null);
      }
      return ON;
    }
    this.#state.say(
      `${written(directive)} ${answer.kind === 'yes' ? 'holds' : 'does not hold'}`,
      positionOf(directive),
    );
    if (answer.kind === 'no') {
      this.#state.otherIfs.push(directive);
      return ON;
    }
    this.#state.ifs.push(directive);
    this.#enterIf(directive);
    return this.run(body);
  }

  #return(directive: Directive): Ran {
    const [first = '', second] = directive.args.map(({ text }) => asBytes(text));
    const state = this.#state;
    if (!/^\d+$/.test(first)) return { kind: 'answer', status: 302, to: textOf(evaluate(first, state)), by: directive };
    const status = Number(first);
    const text = second === undefined || !REDIRECTS.includes(status) ? null : textOf(evaluate(second, state));
    state.say(`${written(directive)} answers`, positionOf(directive));
    if (status >= 400 && (second ?? '') === '') return { kind: 'error', status, by: directive };
    return { kind: 'answer', status, to: text, by: directive };
  }

  #rewrite(directive: Directive): Ran {
    const [pattern = '', replacement = '', flag = ''] = directive.args.map(({ text }) => asBytes(text));
    const state = this.#state;
    const regex = regexOf(pattern, false);
    if ('refused' in regex) return unknown(directive, `cannot be followed here (${regex.refused})`);
    const matches = matchInto(regex, state.uri, state);
    if (matches === null) return unknown(directive, 'takes too long to match');
    if (!matches) {
      state.captures = [];
      return ON;
    }
    const addArgs = !replacement.endsWith('?');
    const template = addArgs ? replacement : replacement.slice(0, -1);
    if (/^(?:https?:\/\/|\$scheme)/.test(template) || flag === 'redirect' || flag === 'permanent') {
      return this.#redirect(directive, template, addArgs, flag === 'permanent' ? 301 : 302);
    }
    return this.#replace(directive, template, addArgs, flag);
  }

  #redirect(directive: Directive, template: string, addArgs: boolean, status: number): Ran {
    const state = this.#state;
    const made = evaluate(template, state, 'encoded');
    let to = made === null || (addArgs && state.argsUnknown) ? null : unescapeRedirect(made);
    if (to !== null && addArgs && state.args !== '') to += (template.includes('?') ? '&' : '?') + state.args;
    state.say(`${written(directive)} redirects`, positionOf(directive));
    return { kind: 'answer', status, to: textOf(to), by: directive };
  }

  #replace(directive: Directive, template: string, addArgs: boolean, flag: string): Ran {
    const state = this.#state;
    // The first `?` of the text itself: what a variable brings along is no mark.
    const mark = template.indexOf('?');
    const uri = evaluate(mark === -1 ? template : template.slice(0, mark), state);
    const args = mark === -1 ? '' : evaluate(template.slice(mark + 1), state, 'encoded');
    if (uri === null || args === null) return unknown(directive, 'makes what cannot be told');
    const before = state.args;
    state.internal = true;
    state.validUnparsed = false;
    if (flag === 'break') {
      state.validLocation = false;
      state.uriChanged = false;
    } else state.uriChanged = true;
    if (mark !== -1) state.args = addArgs && before !== '' ? `${args}&${before}` : args;
    else if (!addArgs) state.args = '';
    if (!addArgs) state.argsUnknown = false;
    state.uri = uri;
    this.#use = 'plain';
    if (uri === '') return { kind: 'error', status: 500, by: directive };
    state.say(`${written(directive)} makes it ${asText(uri)}`, positionOf(directive));
    return flag === 'last' || flag === 'break' ? STOP : ON;
  }
}

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

const textOf = (bytes: string | null): string | null => (bytes === null ? null : asText(bytes));

const unknown = (directive: Directive, why: string): Ran => ({
  kind: 'unknown',
  step: { says: `${written(directive)} ${why}`, at: positionOf(directive) },
});
