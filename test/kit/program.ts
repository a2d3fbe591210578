/** Child processes: their text, their readiness, and an end by their own pid whatever becomes of the test. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { onExit } from './temporary.ts';
import { Changes, WAIT_MS, WaitedInVain, within } from './until.ts';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProgramOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** The name of a network namespace (netns.ts) to run in. */
  readonly netns?: string | undefined;
  /** With an IPC channel, for `process.send` in a Node child. */
  readonly ipc?: boolean;
}

/** Kills what is left when this process ends by itself; `setpriv` does it where it is killed. */
const running = new Set<ChildProcess>();
onExit(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** How long the output of a process that has ended is waited for, in ms. */
const LAST_WORDS_MS = 300;

// PR_SET_PDEATHSIG: the kernel ends the child with us. TERM, so that an nginx master takes its workers along.
const leash = existsSync('/usr/bin/setpriv') ? ['setpriv', '--pdeathsig', 'TERM', '--'] : [];

export class Program {
  readonly name: string;
  readonly pid: number;
  readonly child: ChildProcess;
  /** The process has ended; its children may still hold its output open. */
  readonly gone: Promise<Exit>;
  /** It has ended and all of its text is there. */
  readonly exited: Promise<Exit>;
  #stdout = '';
  #stderr = '';
  #exit: Exit | null = null;
  #closed = false;
  readonly #changes: Changes;

  private constructor(name: string, child: ChildProcess, pid: number) {
    this.name = name;
    this.child = child;
    this.pid = pid;
    this.#changes = new Changes(() => `${name}: ${this.#exit ? 'ended' : 'runs'}\n${this.#stdout}${this.#stderr}`);
    running.add(child);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#changes.changed();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#changes.changed();
    });
    this.gone = new Promise((resolve) => {
      child.on('exit', (code, signal) => {
        this.#exit = { code, signal };
        running.delete(child);
        resolve(this.#exit);
        this.#changes.changed();
      });
    });
    this.exited = new Promise((resolve) => {
      child.on('close', (code, signal) => {
        this.#closed = true;
        resolve({ code, signal });
        this.#changes.changed();
      });
    });
  }

  /** Starts a command. @throws when it cannot be started at all */
  static start(command: readonly string[], options: ProgramOptions = {}): Program {
    const inNamespace = options.netns ? ['ip', 'netns', 'exec', options.netns] : [];
    const [file = '', ...args] = [...leash, ...inNamespace, ...command];
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe', options.ipc ? 'ipc' : 'ignore'],
    });
    child.on('error', () => undefined); // reported below, or by `exited`
    if (child.pid === undefined) throw new Error(`cannot start ${file}`);
    return new Program(command[0] ?? '', child, child.pid);
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** How it ended, or null while it runs. */
  get exit(): Exit | null {
    return this.#exit;
  }

  /** Resolves with what `look` finds in the text or the exit; rejects with both in the message. */
  until<T>(what: string, look: () => T, timeoutMs?: number) {
    return this.#changes.until(what, look, timeoutMs);
  }

  /** The first match in stdout and stderr; rejects at once when the program ends without it. */
  untilSays(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray> {
    return this.until(
      `${pattern} from ${this.name}`,
      () => {
        const found = pattern.exec(this.#stdout + this.#stderr);
        if (found === null && this.#exit && this.#closed)
          throw new Error(`${this.name} ended (${describe(this.#exit)}):\n${this.#stderr}`);
        return found;
      },
      timeoutMs,
    );
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it: `signal`, and SIGKILL when it has not gone within `graceMs`. Resolves when it is gone, with its last words. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', graceMs: number = WAIT_MS): Promise<Exit> {
    if (this.#exit) return this.#exit;
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), graceMs);
    const exit = await this.gone.finally(() => clearTimeout(timer));
    await within(this.exited, 'the rest of its text', LAST_WORDS_MS).catch(() => undefined); // an orphan holds the pipe
    return exit;
  }
}

/** The pids whose parent is `pid`, from /proc. */
export function childrenOf(pid: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((child) => parentOf(child) === pid);
}

/** Signals a process by its pid if it still is what it was: `expected` must occur in its command line. */
export function signalPid(pid: number, signal: NodeJS.Signals, expected: string): void {
  if (commandLine(pid).includes(expected)) process.kill(pid, constants.signals[signal]);
}

/** Resolves once a process has a handler for the signal; looks each 10 ms, for this has no event. */
export async function untilCatches(pid: number, signal: NodeJS.Signals): Promise<void> {
  const bit = 1n << BigInt(constants.signals[signal] - 1);
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const caught = /^SigCgt:\s*([0-9a-f]+)/m.exec(readProc(pid, 'status'))?.[1];
    if (caught && BigInt(`0x${caught}`) & bit) return;
    if (performance.now() > deadline) throw new WaitedInVain(`process ${pid} does not handle ${signal}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether a program of that name can be found. */
export function isInstalled(name: string): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v "$1"', 'sh', name], { stdio: 'ignore', env: sbinPath() });
    return true;
  } catch {
    return false;
  }
}

/** The environment with the sbin folders in its path, where Debian has nginx and haproxy. */
export function sbinPath(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin` };
}

function parentOf(pid: number): number | null {
  const stat = readProc(pid, 'stat');
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name may hold spaces
  return afterName[0] === 'Z' ? null : Number(afterName[1]);
}

const commandLine = (pid: number): string => readProc(pid, 'cmdline').replaceAll('\0', ' ');

/** '' for a process that is gone. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

const describe = (exit: Exit): string => exit.signal ?? `code ${exit.code}`;
