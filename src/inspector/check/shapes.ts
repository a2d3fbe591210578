import type { Severity } from '../../nginx/rules/rule.ts';

/** The shapes of `POST /api/check` (docs/api.md): configurations of nginx go in, and what `hangup check` says of them comes out. Types only. */

export interface CheckRequest {
  /** The main file first. A text with the file markers of `nginx -T` stands for all files that it holds. */
  readonly files: readonly GivenFile[];
  /** nginx's version; without it what a dump says of itself, else none: rules that depend on it then say so. */
  readonly version?: string;
  /** Only the servers that answer to this name. */
  readonly host?: string;
  /** A request to be followed: `GET wss://chat.example.com/api/v4/websocket`; without it, Mattermost's WebSocket is. */
  readonly explain?: string;
  /** Whether the mends that a machine may make are wanted too. They take a check each, so they are a question of their own. */
  readonly mend?: boolean;
}

export interface GivenFile {
  /** Its path, as far as it is known: `nginx.conf`, `conf.d/chat.conf`, `/etc/nginx/conf.d/chat.conf`. */
  readonly name: string;
  readonly text: string;
}

/** Line and column from 1, the column in characters. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Saying extends Place {
  readonly says: string;
}

export interface CheckAnswer {
  /** What to make of it, in one sentence. */
  readonly says: string;
  /** nginx's refusals count as errors. */
  readonly counts: SeverityCounts;
  /** The version that it was checked for; null: none was known. */
  readonly version: string | null;
  /** Those that were read, in the order in which nginx opens them; the first is the main one. */
  readonly files: readonly CheckedFile[];
  /** Given, but included by nothing that was read. */
  readonly unread: readonly string[];
  /** Included, but not given: nothing is known of them. A pattern stands for what may match it. */
  readonly missing: readonly string[];
  /** What nginx refuses to start with, in its own words. */
  readonly errors: readonly Saying[];
  /** Worst first. */
  readonly findings: readonly CheckFinding[];
  /** Errors and findings that are counted, but were too many to be listed. */
  readonly left: number;
  /** What was looked at and is as it should be, a few words each. */
  readonly fine: readonly string[];
  /** Servers that were not looked at, and why. */
  readonly unexamined: readonly string[];
  /** What is no fault, but good to know: placeholders of a template, files that were not given. */
  readonly notes: readonly Saying[];
  /** Of the request to be followed; null where none was named and no server passes a WebSocket on. */
  readonly path: CheckedPath | null;
  /** null where no mend was asked for. */
  readonly mend: CheckedMend | null;
}

export type SeverityCounts = Readonly<Record<Severity, number>>;

export interface CheckedFile {
  /** As nginx opens it. */
  readonly name: string;
  /** The name under which it was given, where that is another. */
  readonly given: string | null;
  readonly text: string;
}

export interface CheckFinding extends Place {
  /** `WS001` */
  readonly rule: string;
  readonly severity: Severity;
  /** Characters to mark from `column` on, within the line. */
  readonly length: number;
  readonly summary: string;
  readonly why: string;
  /** The lines that mend it, or the sentence that says what to choose. */
  readonly fix: string;
  /** Whether `mend` can make it. */
  readonly mendable: boolean;
}

/** What nginx would do with one request. */
export interface CheckedPath {
  /** As it was followed: `GET wss://chat.example.com/api/v4/websocket`. */
  readonly request: string;
  /** Server, location, and what becomes of it. */
  readonly hops: readonly PathHop[];
  /** Each decision on the way, in order. */
  readonly steps: readonly { readonly says: string; readonly at: Place | null }[];
  readonly outcome: 'proxy' | 'answer' | 'other' | 'files' | 'unknown';
  /** What the backend receives; empty where nothing is passed on. */
  readonly headers: readonly PathHeader[];
  /** The time limits that apply, the one that cuts an idle WebSocket first in front. */
  readonly timers: readonly PathTimer[];
}

export interface PathHop {
  readonly what: 'server' | 'location' | 'backend' | 'outcome';
  /** A name, a location as it is written, or a sentence. */
  readonly says: string;
  readonly at: Place | null;
}

/** The line that decides it; `default`: nginx itself; `client`: the client's own header, as it came. */
export type PathOrigin = Place | 'default' | 'client';

export interface PathHeader {
  readonly name: string;
  /** For this request; null where the configuration does not tell. */
  readonly value: string | null;
  /** As it is written: `$http_upgrade`. */
  readonly written: string;
  readonly from: PathOrigin;
}

export interface PathTimer {
  readonly name: string;
  /** null where a placeholder or a variable stands for it. */
  readonly ms: number | null;
  readonly from: PathOrigin;
  readonly does: string;
  /** Whether it ends an open WebSocket that is idle. */
  readonly cutsIdle: boolean;
  /** Whether it is the first to do so. */
  readonly smallest: boolean;
}

export interface CheckedMend {
  /** Only the files that change. */
  readonly files: readonly MendedFile[];
  /** What was mended. */
  readonly made: readonly { readonly rule: string; readonly summary: string }[];
  /** Mends that were tried and left out. */
  readonly dropped: readonly { readonly rule: string; readonly summary: string; readonly because: string }[];
  /** What remains. */
  readonly counts: SeverityCounts;
}

export interface MendedFile {
  readonly name: string;
  /** As `diff -u` prints it. */
  readonly diff: string;
  /** The whole file, mended. */
  readonly text: string;
}
