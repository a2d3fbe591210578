import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { frameBits } from '../../src/evidence/frame-bits.ts';
import { Journal, type JournalOptions, type Orphan } from '../../src/evidence/journal.ts';
import { JournalReader } from '../../src/evidence/journal-reader.ts';
import { NameTable } from '../../src/evidence/names.ts';
import type { ClientDescription, VerdictRow } from '../../src/evidence/recorder.ts';
import type { TimelineHead } from '../../src/evidence/timeline.ts';

/** 2026-01-01; a fraction good to a microsecond, as facts have it. */
export const T0 = 1_767_225_600_000.125;

export const SERVER_TEXT = frameBits('server', 1, true, 0, false, false, 0);
export const CLIENT_TEXT = frameBits('client', 1, true, 0, true, false, 0);

export const CLIENT: ClientDescription = { peer: '10.0.0.7:51234', forwardedFor: '203.0.113.9', userAgent: 'Firefox' };

export function head(connection: string, openedAt = T0): TimelineHead {
  return {
    connection,
    tap: { name: 'inner', behind: 'nginx', before: null },
    url: '/api/v4/websocket?connection_id=***',
    trace: null,
    openedAt,
    keepaliveMs: { client: 30_000, server: null },
  };
}

export function verdictRow(closedAt: number, closedBy = 'client', cause = 'client-close'): VerdictRow {
  const columns = { hop: null, refusal: null, idleMs: null, lifetimeMs: 1000, together: null };
  const json = JSON.stringify({ closedBy, cause, closedAt });
  return { closedBy, cause, certainty: 'certain', ...columns, closedAt, json };
}

/** A new folder's path inside a temporary one; nothing is there yet. */
export function newFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), 'hangup-journal-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, 'data');
}

/**
 * Mounts a real disk of 2 MiB on a new folder, until the test is over.
 * @param options of mount -o, beside the size
 * @returns false when this process may not mount
 */
export function mountSmallDisk(folder: string, options = 'rw'): boolean {
  mkdirSync(folder);
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=2m,${options}`, 'tmpfs', folder]);
  if (mount.status !== 0) return false;
  // Before the folder is removed, after the journal on it is closed: the last registered runs first.
  onTestFinished(() => {
    spawnSync('umount', ['-l', folder]);
  });
  return true;
}

/** What a journal has logged, and a way to wait for a line. */
export class Log {
  readonly lines: string[] = [];
  #waiting: { pattern: RegExp; resolve: (line: string) => void }[] = [];

  readonly write = (level: string, message: string): void => {
    const line = `${level} ${message}`;
    this.lines.push(line);
    for (const { pattern, resolve } of this.#waiting) if (pattern.test(line)) resolve(line);
    this.#waiting = this.#waiting.filter(({ pattern }) => !pattern.test(line));
  };

  matching(pattern: RegExp): string[] {
    return this.lines.filter((line) => pattern.test(line));
  }

  next(pattern: RegExp): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#waiting.push({ pattern, resolve });
    return promise;
  }
}

export interface OpenJournal {
  readonly journal: Journal;
  readonly orphans: readonly Orphan[];
  readonly names: NameTable;
  readonly log: Log;
}

/** Opens a journal that is closed after the test. */
export async function openJournal(folder: string, options: Partial<JournalOptions> = {}): Promise<OpenJournal> {
  const names = new NameTable();
  const log = new Log();
  const { journal, orphans } = await Journal.open({ folder, names, log: log.write, ...options });
  onTestFinished(() => journal.close());
  return { journal, orphans, names, log };
}

export function openReader(folder: string): JournalReader {
  const reader = new JournalReader(folder);
  onTestFinished(() => reader.close());
  return reader;
}

/** A fixture script in a process of its own, killed after the test. */
export interface Script {
  readonly child: ChildProcess;
  /** Resolves with the next line of its stdout that begins with the word. */
  readonly line: (word: string) => Promise<string>;
  readonly kill: () => Promise<void>;
}

export function runScript(name: string, ...args: string[]): Script {
  const path = join(import.meta.dirname, 'fixtures', name);
  const child = spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  return {
    child,
    kill,
    line: (word) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const at = lines.findIndex((line) => line.startsWith(word));
          if (at === -1) return;
          waiting.delete(look);
          resolve(lines.splice(at, 1)[0] ?? '');
        };
        waiting.add(look);
        look();
        exited.then(() => reject(new Error(`${name} ended before it said ${word}`)));
      }),
  };
}
