import type { Directive, Position } from '../parse/tree.ts';

/** What nginx would do with one request, step by step, each with the line that decides it. The agreed shapes between resolve, rules, explain and prove. */

export interface Header {
  readonly name: string;
  readonly value: string;
}

/** A request as it reaches nginx. */
export interface HttpRequest {
  /** `https` where the client speaks TLS to nginx; a WebSocket's `wss` is `https` here. */
  readonly scheme: 'http' | 'https';
  /** What the Host header (or SNI) says, without a port. */
  readonly host: string;
  readonly port: number;
  readonly method: string;
  /** Path and query as they stand in the request line. */
  readonly target: string;
  /** In the order of the wire. Host is not among them: it follows from host and port. */
  readonly headers: readonly Header[];
}

/** One address that a server accepts on. */
export interface Listen {
  /** `*` for every IPv4 address, `[::]` for every IPv6 one, else the address as written, or `unix:/…`. */
  readonly address: string;
  /** null for a unix socket, and where a placeholder stands for it. */
  readonly port: number | null;
  readonly ssl: boolean;
  readonly http2: boolean;
  readonly quic: boolean;
  readonly proxyProtocol: boolean;
  readonly defaultServer: boolean;
  /** null where the server has no `listen` and nginx's own `*:80` applies (`*:8000` for a user who is not root). */
  readonly directive: Directive | null;
}

export interface Server {
  readonly directive: Directive;
  /** As written; `""` where there is no server_name. */
  readonly names: readonly string[];
  readonly listens: readonly Listen[];
}

export interface UpstreamServer {
  readonly directive: Directive;
  /** As written: `127.0.0.1:8065`, `mattermost:8065`, `unix:/run/mm.sock`. */
  readonly address: string;
}

export interface Upstream {
  readonly name: string;
  readonly directive: Directive;
  readonly servers: readonly UpstreamServer[];
}

/** The whole `http` block (or the piece of one), made ready for questions. */
export interface HttpModel {
  /** null for a piece of an http block: its directives then stand at the top of the configuration. */
  readonly block: Directive | null;
  /** The directives at the top: those of main, or, for a piece of an http block, those of http. */
  readonly top: readonly Directive[];
  readonly servers: readonly Server[];
  readonly upstreams: readonly Upstream[];
}

/** Where the value in force comes from: a line, or nginx itself. */
export type Origin = Directive | 'default';

/** A scalar in force. */
export interface Setting {
  /** The words after the name; those of the default where nothing is set; empty where nginx has no default. */
  readonly words: readonly string[];
  readonly from: Origin;
  /** Set when the default depends on a version that nobody named: the value before and since that version. */
  readonly unsure: string | null;
}

export interface TimeSetting {
  /** ms, or null where a placeholder or a variable stands for it. */
  readonly ms: number | null;
  readonly from: Origin;
}

export interface SizeSetting {
  /** bytes, or null where a placeholder stands for it. */
  readonly bytes: number | null;
  readonly from: Origin;
}

/** What is in force at one place (http, server, location, nested location, `if`), inheritance done as nginx does it. */
export interface Effective {
  /** From the outside in: http, server, location … */
  readonly scope: readonly Directive[];
  /** Every directive of that name that is in force: for lists (`proxy_set_header`, `add_header`, `error_page` …) those of the innermost level that has any. */
  all(name: string): readonly Directive[];
  /** The one in force, or null where none is set. */
  one(name: string): Directive | null;
  setting(name: string): Setting;
  time(name: string): TimeSetting;
  size(name: string): SizeSetting;
  /** `on` or `off`, defaults included. */
  flag(name: string): boolean;
}

/** One header as the backend will receive it. */
export interface SentHeader {
  readonly name: string;
  /** Evaluated for this request; null where that cannot be known from the configuration. */
  readonly value: string | null;
  /** As written: `$http_upgrade`. For the client's own headers the value itself. */
  readonly written: string;
  /** The line that sets it, nginx's own default, or the client's request. */
  readonly from: Directive | 'default' | 'client';
}

/** What becomes of the request. */
/** An error_page without a bare `=` decides the status, and not the backend that makes the page. */
export interface KeptStatus {
  readonly status: number;
  readonly by: Directive;
}

export type Outcome =
  | {
      readonly kind: 'proxy';
      readonly pass: Directive;
      readonly scheme: 'http' | 'https' | null;
      /** Where it goes, as written after the scheme: an upstream's name, host:port, or a variable. */
      readonly to: string;
      /** `http://host:port`, as its variables make it for this request; null where that cannot be told. */
      readonly address: string | null;
      readonly upstream: Upstream | null;
      /** The request line's target as the backend receives it; null where variables hide it. */
      readonly target: string | null;
      readonly httpVersion: '1.0' | '1.1' | '2' | null;
      readonly headers: readonly SentHeader[];
      /** What the client gets in place of the backend's status; null where that is passed on. */
      readonly kept: KeptStatus | null;
    }
  /** Answered by nginx: `return`, `rewrite … redirect`, `deny` … */
  | { readonly kind: 'answer'; readonly status: number; readonly to: string | null; readonly by: Directive }
  /** grpc_pass, fastcgi_pass, uwsgi_pass, scgi_pass, memcached_pass, content_by_lua… */
  | { readonly kind: 'other'; readonly by: Directive }
  /** Files: root and index, or try_files that found nothing to say. */
  | { readonly kind: 'files' }
  /** It cannot be told from the configuration (a placeholder, a variable of a module, an endless rewrite), with the reason. */
  | { readonly kind: 'unknown'; readonly because: string; readonly at: Position | null };

/** One decision on the way, for people. */
export interface Step {
  readonly says: string;
  readonly at: Position | null;
}

export interface Resolution {
  readonly request: HttpRequest;
  readonly server: Server | null;
  readonly listen: Listen | null;
  /** Other servers on the same address that have the same name (nginx warns and takes the first). */
  readonly steps: readonly Step[];
  /** The innermost location that handles the request; null where none does. */
  readonly location: Directive | null;
  /** `if` blocks whose condition holds for this request, in order. */
  readonly ifs: readonly Directive[];
  /** Those whose condition does not hold: another request may take the way that they lead. */
  readonly otherIfs: readonly Directive[];
  readonly outcome: Outcome;
  readonly effective: Effective;
}

/** A time limit that applies to the upgraded connection, or to getting there. */
export interface AppliedTimer {
  readonly name: string;
  readonly ms: number | null;
  readonly from: Origin;
  /** What it does to a WebSocket, in a sentence. */
  readonly does: string;
  /** Whether it can end an open WebSocket that is idle. */
  readonly cutsIdle: boolean;
}
