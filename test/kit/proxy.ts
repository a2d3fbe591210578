/** What all proxies of the kit have in common. */

import type { Dial } from './fault-client.ts';

/** Where a program runs: a Namespace (netns.ts) is one. */
export interface Place {
  readonly name: string;
  readonly connect: Dial;
}

export interface ProxyOptions {
  /** A port on 127.0.0.1, or `host:port`. */
  readonly target: number | string;
  /** Default: a free one. */
  readonly port?: number;
  /** The address to listen on; default 127.0.0.1. */
  readonly address?: string;
  readonly netns?: Place;
}

export interface ProxyProcess {
  readonly port: number;
  readonly pid: number;
  /** The temporary folder with the configuration and the logs; gone after `close()`. */
  readonly folder: string;
  /** The text of all logs. */
  logs(): string;
  /** The first match in the logs; rejects when it does not come. */
  waitForLog(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** New configuration or the same one, old connections as the proxy treats them. Resolves when it has begun. */
  reload(): Promise<void>;
  /** SIGTERM; resolves when the process is gone. */
  stop(): Promise<void>;
  /** Ends everything and removes the folder. May be called at any time, more than once. */
  close(): Promise<void>;
}

export const targetAddress = (target: number | string): string =>
  typeof target === 'number' ? `127.0.0.1:${target}` : target;
