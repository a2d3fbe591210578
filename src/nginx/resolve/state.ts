import type { Directive } from '../parse/tree.ts';
import type { NginxVersion } from '../version.ts';
import { asBytes } from './bytes.ts';
import type { ServerChoice } from './choose-server.ts';
import type { KeptHeader } from './client-headers.ts';
import type { RegexMatch } from './regex/regex.ts';
import type { HttpModel, HttpRequest, KeptStatus, Step } from './types.ts';
import type { RequestLine } from './uri.ts';

/** NGX_HTTP_MAX_URI_CHANGES and one: the eleventh ends in 500. */
const URI_CHANGES = 11;

/** nginx's ngx_http_request_t, as far as it decides where a request goes. Texts have one character a byte. */
export class RequestState {
  readonly http: HttpModel;
  readonly request: HttpRequest;
  readonly version: NginxVersion | null;
  readonly choice: ServerChoice;
  readonly target: string;
  readonly quoted: boolean;
  readonly plus: boolean;
  /** The client's headers that nginx keeps, Host first. */
  readonly headers: readonly KeptHeader[];

  uri: string;
  args: string;
  /** `set $args` made them of what cannot be told: `args` is then not what nginx has. */
  argsUnknown = false;
  method: string;
  /** The target as it came is still what the request is about. */
  validUnparsed = true;
  validLocation = true;
  internal = false;
  uriChanged = false;
  uriChanges = URI_CHANGES;
  /** An error page is being made: errors have no further one, unless recursive_error_pages is on. */
  errorPage = false;
  /** The status that the error page will have, whatever makes it (`r->err_status`). */
  kept: KeptStatus | null = null;

  /** Of the last regular expression that matched, whoever's; null where that cannot be known. */
  captures: RegexMatch | null;
  /** What `set`, `map` and named captures have made; null where it cannot be known. */
  readonly variables = new Map<string, string | null>();
  /** Where `proxy_pass` goes: what `$proxy_host` and `$proxy_port` say. */
  proxied: { readonly host: string; readonly port: string } | null = null;

  readonly steps: Step[] = [];
  readonly ifs: Directive[] = [];
  readonly otherIfs: Directive[] = [];

  constructor(
    http: HttpModel,
    request: HttpRequest,
    version: NginxVersion | null,
    choice: ServerChoice,
    line: RequestLine,
    headers: readonly KeptHeader[],
  ) {
    this.http = http;
    this.request = request;
    this.version = version;
    this.choice = choice;
    this.target = asBytes(request.target);
    this.uri = line.uri;
    this.args = line.args;
    this.quoted = line.quoted;
    this.plus = line.plus;
    this.method = request.method;
    this.headers = headers;
    this.captures = choice.captures ?? [];
    for (const { name, value } of choice.captured) this.variables.set(name, value);
  }

  say(says: string, at: Step['at']): void {
    this.steps.push({ says, at });
  }
}
