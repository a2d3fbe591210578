import type { Configuration, Directive, Span } from '../parse/tree.ts';
import type { HttpModel, HttpRequest, Resolution, Server } from '../resolve/types.ts';
import type { NginxVersion } from '../version.ts';

/** One rule of `hangup check`: what it finds, why that matters for WebSockets, and the exact lines that mend it. */

export type Severity = 'error' | 'warning' | 'note';

export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

export interface Rule {
  /** `WS001` (shared nginx rules; a contract: findings are filtered by it). Its help page is docs/rules/WS001.md. */
  readonly id: string;
  /** The worst it can be; one finding may be milder. */
  readonly severity: Severity;
  /** What it finds, in one line, for lists. */
  readonly title: string;
  /** Why it matters for WebSockets, in a sentence. */
  readonly why: string;
  /** @returns what is wrong, or nothing */
  check(view: View): Iterable<RuleFinding>;
}

export type MeasuredCase =
  /** The right Host is one that only the operator knows. */
  | 'host-unknown'
  /** A server that no name leads to; without it: an address where no server is marked. */
  | 'server-never-chosen'
  | 'http2-only'
  | 'keepalive-unused'
  | 'refusal-hidden'
  | 'never-proxied'
  | 'answer-headers'
  /** nginx finds no way to ask whom it is to ask. */
  | 'answered-with-500'
  /** It has a name to ask, and none whom it may ask for the address. */
  | 'never-resolved'
  /** A timer of 0 fires before any answer. */
  | 'times-out-at-once'
  | 'query-dropped'
  /** No server of the upstream is up. */
  | 'all-down'
  | 'old-tls-only'
  | 'client-certificate'
  /** The header that arrives at the backend, or at the client. In lower case. */
  | { readonly header: string };

export interface RuleFinding {
  /** Where a caret belongs: the word or directive that is wrong; for something missing, the block or directive that lacks it. */
  readonly at: Span;
  /** When it is not the rule's own. */
  readonly severity?: Severity;
  /** What is wrong here, in one sentence, with the names and values of this configuration. */
  readonly summary: string;
  /** When the rule's own sentence does not say it for this case. */
  readonly why?: string;
  /** Which of the rule's cases it is, where `hangup prove` measures them differently. */
  readonly measured?: MeasuredCase;
  /** The exact lines that mend it, as they would be typed, without indentation; where a choice is the operator's, the sentence that says it. */
  readonly fix: string;
  /** What `--fix` does, where a machine may do it; nothing where a person must choose. */
  readonly edits?: readonly Edit[];
}

/** A finding together with its rule: what `--json` prints (file, line and column come from `at`). */
export interface Finding extends RuleFinding {
  readonly rule: Rule;
  readonly severity: Severity;
  readonly why: string;
}

/** A change of the source: `text` takes the place of `at` (of nothing, where `at` is empty). */
export interface Edit {
  readonly at: Span;
  readonly text: string;
}

/** One request that Mattermost's clients make, followed through nginx. */
export interface SocketPath {
  /** `/api/v4/websocket`, `/api/v4/websocket/`, a plugin's socket, or a plain request. */
  readonly request: HttpRequest;
  readonly resolution: Resolution;
}

/** One server that stands before Mattermost, as one of its listeners sees it. */
export interface Site {
  readonly server: Server;
  /** `GET /api/v4/websocket` with Upgrade, as a browser sends it: the request that the rules are about. */
  readonly socket: SocketPath;
  /** The same with a slash at its end: Mattermost accepts it (FIELD-NOTES §1). */
  readonly socketSlash: SocketPath;
  /** `/plugins/com.mattermost.calls/ws` and the like, with Upgrade. */
  readonly plugins: readonly SocketPath[];
  /** `GET /` and `GET /api/v4/users/me` without Upgrade. */
  readonly plain: readonly SocketPath[];
}

/** All that a rule may look at. */
export interface View {
  readonly configuration: Configuration;
  readonly http: HttpModel;
  /** null where nobody named it and nothing said it. */
  readonly version: NginxVersion | null;
  /** The listeners of the servers that are, or may be, before Mattermost. A server that only redirects is among them. */
  readonly sites: readonly Site[];
  /** Every directive of that name, anywhere. */
  every(name: string): readonly Directive[];
}
