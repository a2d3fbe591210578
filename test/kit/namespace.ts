/** One network namespace: sockets and programs in it, and what can go wrong with its network. */

import { execFile, execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createServer, Server, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SocketAnswer, SocketOrder } from './ns-sockets.ts';
import { Program, type ProgramOptions, sbinPath } from './program.ts';
import type { Place } from './proxy.ts';
import { isAlive, onExit } from './temporary.ts';
import { within } from './until.ts';

const SOCKETS = fileURLToPath(new URL('./ns-sockets.ts', import.meta.url));
const PREFIX = 'hk';

const execute = promisify(execFile);
let made = 0;

/** Runs a command on this machine; resolves with its stdout, rejects with its stderr. */
export async function run(...command: readonly string[]): Promise<string> {
  const [file = '', ...args] = command;
  return (await execute(file, args, { env: sbinPath() })).stdout;
}

export interface Link {
  readonly device: string;
  readonly address: string;
  /** The default gateway through this link, if any. */
  readonly via?: string;
}

export class Namespace implements Place {
  readonly name: string;
  /** Bound, so that they can be handed to the peers: `dial: ns.connect`, `listen: ns.listen`. */
  readonly connect = (port: number, host: string): Promise<Socket> => this.#connect(port, host);
  readonly listen = (port: number, host: string): Promise<Server> => this.#listen(port, host);
  readonly #links: Link[] = [];
  readonly #orders = new Map<number, (answer: SocketAnswer, handle: unknown) => void>();
  readonly #programs: Program[] = [];
  #sockets: Program | null = null;
  #lastOrder = 0;
  readonly #keepPastExit: () => void;

  private constructor(name: string) {
    this.name = name;
    this.#keepPastExit = onExit(() => removeNow(name));
  }

  /** A new namespace with its loopback up; its name has this process's pid. Removes what dead processes left. */
  static async create(role: string): Promise<Namespace> {
    if (made === 0) removeStale();
    made += 1;
    const namespace = new Namespace(`${PREFIX}-${process.pid}-${made}-${role}`);
    await run('ip', 'netns', 'add', namespace.name);
    await namespace.ip('link', 'set', 'lo', 'up');
    return namespace;
  }

  /** The address on its first link. */
  get address(): string {
    const first = this.#links[0];
    if (first === undefined) throw new Error(`${this.name} has no link`);
    return first.address;
  }

  get links(): readonly Link[] {
    return this.#links;
  }

  /** Runs a command in the namespace to its end; resolves with its stdout. */
  exec(...command: readonly string[]): Promise<string> {
    return run('ip', 'netns', 'exec', this.name, ...command);
  }

  /** Starts a program in the namespace. */
  start(command: readonly string[], options: ProgramOptions = {}): Program {
    const program = Program.start(command, { ...options, netns: this.name });
    this.#programs.push(program);
    return program;
  }

  /** `ip` within the namespace. */
  async ip(...args: readonly string[]): Promise<void> {
    await run('ip', '-n', this.name, ...args);
  }

  async sysctl(key: string, value: string | number): Promise<void> {
    await this.exec('sysctl', '-q', '-w', `${key}=${value}`);
  }

  /** `net.ipv4.tcp_retries2`: 5 makes TCP give up after about 13 s, not 939 (GROUND-TRUTH §7). */
  retries2(times: number): Promise<void> {
    return this.sysctl('net.ipv4.tcp_retries2', times);
  }

  /** Vanishes: nothing goes in or out but loopback. `heal()` undoes it. */
  async drop(): Promise<void> {
    await this.exec('iptables', '-w', '-I', 'INPUT', '!', '-i', 'lo', '-j', 'DROP');
    await this.exec('iptables', '-w', '-I', 'OUTPUT', '!', '-o', 'lo', '-j', 'DROP');
  }

  /** Answers every TCP segment that comes in with an RST, and passes none. `heal()` undoes it. */
  async reject(): Promise<void> {
    const what = ['-p', 'tcp', '!', '-i', 'lo', '-j', 'REJECT', '--reject-with', 'tcp-reset'];
    await this.exec('iptables', '-w', '-I', 'INPUT', ...what);
    await this.exec('iptables', '-w', '-I', 'FORWARD', ...what);
  }

  /** Takes every rule out of the filter table (NAT stays) and accepts again. */
  async heal(): Promise<void> {
    await this.exec('iptables', '-w', '-F');
    for (const chain of ['INPUT', 'OUTPUT', 'FORWARD']) await this.exec('iptables', '-w', '-P', chain, 'ACCEPT');
  }

  /** Pulls the cable of the nth link. */
  async linkDown(nth = 0): Promise<void> {
    await this.ip('link', 'set', this.#link(nth).device, 'down');
  }

  /** Plugs it in again; the kernel forgot the default route meanwhile. */
  async linkUp(nth = 0): Promise<void> {
    const { device, via } = this.#link(nth);
    await this.ip('link', 'set', device, 'up');
    if (via) await this.ip('route', 'replace', 'default', 'via', via);
  }

  /** Gives the namespace's end of a veth pair its address. */
  async attach(link: Link): Promise<void> {
    this.#links.push(link);
    await this.ip('addr', 'add', `${link.address}/24`, 'dev', link.device);
    await this.ip('link', 'set', link.device, 'up');
    if (link.via) await this.ip('route', 'add', 'default', 'via', link.via);
  }

  /** Ends the programs that are left in it and removes it. Sockets that were handed out die with it. */
  async close(): Promise<void> {
    // Not left to removeNow(): a program that has just been started may not have entered the namespace yet.
    await Promise.all(this.#programs.map((program) => program.stop('SIGKILL')));
    this.#keepPastExit();
    removeNow(this.name);
  }

  async #connect(port: number, host: string): Promise<Socket> {
    const handle = await this.#order('connect', port, host);
    if (!(handle instanceof Socket)) throw new Error('no socket came with the answer');
    handle.allowHalfOpen = true;
    return handle;
  }

  async #listen(port: number, host: string): Promise<Server> {
    const handle = await this.#order('listen', port, host);
    if (!(handle instanceof Server)) throw new Error('no server came with the answer');
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(handle, resolve));
    return server;
  }

  #order(what: SocketOrder['what'], port: number, host: string): Promise<unknown> {
    this.#lastOrder += 1;
    const order: SocketOrder = { id: this.#lastOrder, what, port, host };
    const answered = new Promise<unknown>((resolve, reject) => {
      this.#orders.set(order.id, (answer, handle) => {
        if (answer.error === null) resolve(handle);
        else reject(new Error(`${this.name}: ${answer.error}`));
      });
    });
    this.#startSockets().child.send(order);
    return within(answered, `${what} ${host}:${port} in ${this.name}`).finally(() => this.#orders.delete(order.id));
  }

  #startSockets(): Program {
    if (this.#sockets) return this.#sockets;
    const program = this.start([process.execPath, SOCKETS], { ipc: true });
    program.child.on('message', (message, handle) => {
      if (isAnswer(message)) this.#orders.get(message.id)?.(message, handle);
    });
    program.child.channel?.unref();
    this.#sockets = program;
    return program;
  }

  #link(nth: number): Link {
    const link = this.#links[nth];
    if (link === undefined) throw new Error(`${this.name} has no link number ${nth}`);
    return link;
  }
}

const isAnswer = (message: unknown): message is SocketAnswer =>
  typeof message === 'object' && message !== null && 'error' in message && 'id' in message;

/** Synchronous, for it runs when the process ends. All processes in the namespace are ours: nobody else knows it. */
function removeNow(name: string): void {
  const env = sbinPath();
  try {
    const pids = execFileSync('ip', ['netns', 'pids', name], { env, encoding: 'utf8', stdio: 'pipe' });
    for (const pid of pids.split('\n').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
  } catch {
    // The namespace or one of its processes is gone already, which is what is wanted.
  }
  try {
    execFileSync('ip', ['netns', 'del', name], { env, stdio: 'pipe' });
  } catch {
    // As above.
  }
}

/** Removes the namespaces of kit processes that were killed. */
function removeStale(): void {
  const names = listNames().map((name) => new RegExp(`^${PREFIX}-(\\d+)-`).exec(name));
  for (const found of names) {
    if (found && !isAlive(Number(found[1]))) removeNow(found.input);
  }
}

function listNames(): string[] {
  try {
    return readdirSync('/run/netns');
  } catch {
    return []; // no namespace was ever made on this machine
  }
}
