import type { Directive } from '../parse/tree.ts';
import { forgetAnswers, refusedBy, runsScript } from './access.ts';
import { asText } from './bytes.ts';
import { handlerOf, strangerIn } from './content-handler.ts';
import { effectiveAt } from './effective.ts';
import { errorPage, namedPageFor } from './error-page.ts';
import { findLocation } from './find-location.ts';
import { exceptFor } from './limit-except.ts';
import { locationsIn } from './locations.ts';
import { proxied } from './proxy.ts';
import { type Rewritten, runRewrites } from './rewrite.ts';
import type { RequestState } from './state.ts';
import { childrenOf, named, positionOf, written } from './tree.ts';
import { triedFiles } from './try-files.ts';
import type { Effective, Outcome, Step } from './types.ts';
import { sayUnread, unreadIncludes } from './unread.ts';
import { escapeUri } from './uri.ts';

/**
 * A request's way through nginx's phases:
 *
 *   server rewrite ─► find location ─► location rewrite ─► access ─► try_files ─► content
 *        ▲                  ▲                 │ ▲             │          │
 *        │                  └── new URI ──────┘ └── @named ───┼──────────┤
 *        └──────────────── internal redirect, error_page ─────┴──────────┘
 */
export class Phases {
  readonly #state: RequestState;
  readonly #base: readonly Directive[];
  /** http, server, locations, `if`: what the request is now configured by. */
  #scope: readonly Directive[];
  #path: readonly Directive[] = [];
  /** The location whose rewrites have used up all turns. */
  #circled: Directive | null = null;

  constructor(state: RequestState) {
    this.#state = state;
    const { block } = state.http;
    this.#base = block === null ? [state.choice.server.directive] : [block, state.choice.server.directive];
    this.#scope = this.#base;
  }

  get effective(): Effective {
    return effectiveAt(this.#scope, this.#state.version, this.#state.http.top);
  }

  /** The innermost location; null where the server itself answers. */
  get location(): Directive | null {
    return this.#path.at(-1) ?? null;
  }

  run(): Outcome {
    return this.#from({ phase: 'server-rewrite' });
  }

  /** What becomes of a request that nginx refuses before it looks at its path. @param by the line that is the reason */
  refuse(status: number, by: Directive): Outcome {
    return this.#from(this.#error(status, by));
  }

  #from(start: Next): Outcome {
    let next = start;
    while (next.phase !== 'done') next = this.#step(next);
    return next.outcome;
  }

  #step(next: Exclude<Next, { phase: 'done' }>): Next {
    switch (next.phase) {
      case 'server-rewrite':
        this.#enter([]);
        sayUnread(this.#state.choice.server.directive, this.#state);
        return this.#after(
          runRewrites(this.#state.choice.server.directive, this.#state, () => undefined),
          'find-location',
        );
      case 'find-location':
        return this.#find();
      case 'location-rewrite':
        return this.#locationRewrite();
      case 'access':
        return this.#access();
    }
  }

  #enter(path: readonly Directive[]): void {
    this.#path = path;
    this.#scope = [...this.#base, ...path];
    for (const location of path) sayUnread(location, this.#state);
    const except = exceptFor(this.#state.method, this.location);
    if (except !== null) {
      this.#state.say(`${written(except)} holds for ${this.#state.method}`, positionOf(except));
      this.#scope = [...this.#scope, except];
    }
  }

  #after(rewritten: Rewritten, phase: 'find-location' | 'access'): Next {
    switch (rewritten.kind) {
      case 'on':
        return { phase };
      case 'unknown':
        return unknown(rewritten.step);
      case 'answer':
        return done(rewritten);
      case 'error':
        return this.#error(rewritten.status, rewritten.by);
    }
  }

  #find(): Next {
    const found = findLocation(this.#state.choice.server.directive, this.#state);
    if (found.kind === 'unknown') return unknown(found.step);
    this.#enter(found.path);
    this.#state.uriChanged = false;
    const location = this.location;
    if (location === null) return { phase: 'access' };
    if (!this.#state.internal && found.path.some(isInternal)) {
      this.#state.say('it is internal: a client gets 404', positionOf(location));
      return this.#error(NOT_FOUND, location);
    }
    if (found.kind === 'redirect') {
      const { args } = this.#state;
      return done({
        kind: 'answer',
        status: 301,
        to: asText(escapeUri(found.to) + (args === '' ? '' : `?${args}`)),
        by: location,
      });
    }
    return { phase: 'location-rewrite' };
  }

  #locationRewrite(): Next {
    const { location } = this;
    if (location === null) return { phase: 'access' };
    const enterIf = (block: Directive): void => {
      this.#scope = [...this.#base, ...this.#path, block];
    };
    const next = this.#after(runRewrites(location, this.#state, enterIf), 'access');
    if (next.phase !== 'access' || !this.#state.uriChanged) return next;
    this.#scope = this.#base;
    if (--this.#state.uriChanges > 0) return { phase: 'find-location' };
    this.#state.say('the URI was rewritten ten times: nginx gives up', positionOf(location));
    this.#circled = location;
    return this.#error(500, location);
  }

  #access(): Next {
    const { effective } = this;
    forgetAnswers(effective, this.#state);
    const refused = refusedBy(effective, this.#state);
    if (refused !== null) {
      this.#state.say(`${written(refused)} refuses everybody`, positionOf(refused));
      return this.#error(403, refused);
    }
    const tried = effective.one('try_files');
    if (tried !== null) return this.#tryFiles(tried);
    return this.#content(effective);
  }

  #tryFiles(directive: Directive): Next {
    const tried = triedFiles(directive, this.#state);
    switch (tried.kind) {
      case 'status':
        return this.#error(tried.status, directive);
      case 'named':
        return this.#named(tried.name, directive);
      case 'internal':
        return this.#redirect(tried.uri, tried.args, directive);
      case 'unknown':
        return unknown({ says: `where ${written(directive)} ends cannot be told`, at: positionOf(directive) });
    }
  }

  #content(effective: Effective): Next {
    const handler = handlerOf(effective);
    const stranger = handler === null ? strangerIn(effective) : null;
    if (stranger !== null) {
      const says = `${written(stranger)} is not known here: it may handle the request`;
      return unknown({ says, at: positionOf(stranger) });
    }
    if (handler === null) return this.#files(effective);
    if (handler.name === 'proxy_pass') return this.#pass(handler, effective);
    this.#state.say(`${written(handler)} handles it`, positionOf(handler));
    return done({ kind: 'other', by: handler });
  }

  #pass(pass: Directive, effective: Effective): Next {
    const outcome = proxied(pass, effective, this.#state);
    if (outcome !== null) return done(outcome);
    const step = { says: `${written(pass)} does not make a URL: nginx answers 500`, at: positionOf(pass) };
    // A script or a file that was not given may make what is missing; without a variable nginx would not have started.
    const open = runsScript(effective) || this.#scope.some((block) => unreadIncludes(block).length > 0);
    if (open || !written(pass).includes('$')) return unknown(step);
    this.#state.steps.push(step);
    return this.#error(500, pass);
  }

  /** Files and folders are supposed not to be there, so `error_page 404 = @backend` counts: but for the root folder, which is. */
  #files(effective: Effective): Next {
    const page = namedPageFor(NOT_FOUND, effective);
    if (page === null || this.#state.uri === '/') return done({ kind: 'files' });
    this.#state.say('nginx looks for a file, which is supposed not to be there', positionOf(page));
    return this.#error(NOT_FOUND, page);
  }

  #error(status: number, by: Directive): Next {
    const page = errorPage(status, this.effective, this.#state);
    switch (page.kind) {
      case 'none':
        return done({ kind: 'answer', status: shownStatus(status), to: null, by });
      case 'named':
        return this.#named(page.name, page.by);
      case 'internal':
        return this.#redirect(page.uri, page.args, page.by);
      case 'redirect':
        return done({ kind: 'answer', status: page.status, to: page.to, by: page.by });
      case 'unknown':
        return unknown({ says: `where ${written(page.by)} leads cannot be told`, at: positionOf(page.by) });
    }
  }

  /** ngx_http_named_location: the URI stays, and so does what the client sent. */
  #named(name: string, by: Directive): Next {
    if (--this.#state.uriChanges <= 0) return this.#endless(by);
    const locations = locationsIn(this.#state.choice.server.directive);
    const location = locations.named.get(name)?.directive;
    const open = locations.open.find(({ location: { kind } }) => kind === 'named')?.location.directive;
    if (location === undefined && open !== undefined) {
      const says = `${written(open)} may be ${asText(name)}: what a template puts there is not known`;
      return unknown({ says, at: positionOf(open) });
    }
    if (location === undefined) {
      this.#state.say(`there is no location ${asText(name)}: nginx answers 500`, positionOf(by));
      return this.#error(500, by);
    }
    this.#state.internal = true;
    this.#state.uriChanged = false;
    this.#enter([location]);
    this.#state.say(`${written(location)} takes over`, positionOf(location));
    return { phase: 'location-rewrite' };
  }

  /** ngx_http_internal_redirect: all begins again, from the server's rewrites on. */
  #redirect(uri: string, args: string, by: Directive): Next {
    if (--this.#state.uriChanges <= 0) return this.#endless(by);
    this.#state.uri = uri;
    this.#state.args = args;
    this.#state.argsUnknown = false;
    this.#state.internal = true;
    this.#state.validUnparsed = false;
    this.#state.validLocation = true;
    this.#state.say(`goes on as ${asText(uri)}`, positionOf(by));
    return { phase: 'server-rewrite' };
  }

  #endless(by: Directive): Next {
    this.#state.say('it went in circles ten times: nginx gives up', positionOf(by));
    // An error_page that finds no turn left is not what used them up.
    return done({ kind: 'answer', status: 500, to: null, by: this.#circled ?? by });
  }
}

const NOT_FOUND = 404;

type Next =
  | { readonly phase: 'server-rewrite' | 'find-location' | 'location-rewrite' | 'access' }
  | { readonly phase: 'done'; readonly outcome: Outcome };

const done = (outcome: Outcome): Next => ({ phase: 'done', outcome });

const unknown = ({ says, at }: Step): Next => done({ kind: 'unknown', because: says, at });

/** 494 to 497 are nginx's own: clients see 400 (ngx_http_special_response_handler). */
const shownStatus = (status: number): number => (status >= 494 && status <= 497 ? 400 : status);

/** `internal` holds for the locations within, too (ngx_http_core_merge_loc_conf). */
const isInternal = (location: Directive): boolean => named(childrenOf(location), 'internal').length > 0;
