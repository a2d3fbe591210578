import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { newToken } from '../../src/inspector/sign-in/token.ts';
import { type Standin, startStandin } from '../mattermost-standin/standin.ts';
import { type DemoNginx, findNginx, startNginx } from './nginx.ts';

/** Everything on one machine: a Mattermost stand-in, hangup in front of it, and nginx, if there is one, in front of that. */
export interface Stage {
  readonly standin: Standin;
  /** A second one, to be shut down on stage. */
  readonly doomed: Standin;
  /** null when nginx is not installed. */
  readonly nginx: DemoNginx | null;
  /** Ports of hangup's taps. */
  readonly taps: Readonly<Record<TapName, number>>;
  readonly data: string;
  /** A link that signs in to hangup's page; null when it has none. */
  readonly page: string | null;
  /** Ends hangup as an operator would. @returns its exit code */
  stopHangup(): Promise<number | null>;
  /** Ends everything that was started and removes what was made. */
  clear(): Promise<void>;
}

const TAPS = ['nginx', 'direct', 'doomed', 'nowhere'] as const;
export type TapName = (typeof TAPS)[number];

/** A port that nothing listens on and that no program is given (RFC 6335: discard). */
const NOWHERE = 'http://127.0.0.1:9';

/** The stand-in refuses every other Origin, as Mattermost does. */
export const SITE_URL = 'http://chat.example.com';

/**
 * @param hangup the program and its first arguments
 * @param data where to keep the journal; null: in a temporary folder that goes with the stage
 * @param withPage whether hangup is to show its page, on a port of its own
 */
export async function setStage(hangup: readonly string[], data: string | null, withPage: boolean): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'hangup-demo-'));
  const clearing: (() => Promise<unknown>)[] = [];
  const clear = async (): Promise<void> => {
    for (const step of clearing.splice(0).reverse()) await step();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const standin = await startStandin({ siteUrl: SITE_URL });
    clearing.push(() => standin.shutdown());
    const doomed = await startStandin();
    clearing.push(() => doomed.shutdown());
    const journal = data ?? join(folder, 'data');
    const targets: Record<TapName, string> = {
      nginx: standin.url,
      direct: standin.url,
      doomed: doomed.url,
      nowhere: NOWHERE,
    };
    const taps = TAPS.flatMap((name) => [
      '--tap',
      `${name},listen=127.0.0.1:0,target=${targets[name]}${name === 'nginx' ? ',behind=nginx' : ''}`,
    ]);
    // Keepalive would save the connections that are to die of silence.
    const token = withPage ? newToken() : null;
    const page = ['--page', withPage ? '127.0.0.1:0' : 'off'];
    const options = [...page, '--data', journal, '--keepalive', 'off', '--log-level', 'error'];
    const gateway = startHangup([...hangup, 'serve', ...taps, ...options], token);
    clearing.push(() => gateway.stop());
    const ports = await gateway.ports;
    const link = token === null ? null : `http://127.0.0.1:${ports.page}/?token=${token}`;
    const program = findNginx();
    const nginx = program === null ? null : await startNginx(program, folder, ports.nginx);
    if (nginx !== null) clearing.push(() => nginx.stop());
    return { standin, doomed, nginx, taps: ports, data: journal, page: link, stopHangup: () => gateway.stop(), clear };
  } catch (error) {
    await clear();
    throw error;
  }
}

/** Ports of the taps; of the page 0 when there is none. */
type Ports = Record<TapName | 'page', number>;

function startHangup(
  command: readonly string[],
  token: string | null,
): {
  readonly ports: Promise<Ports>;
  stop(): Promise<number | null>;
} {
  const [program = '', ...args] = command;
  // Its settings come from here alone, not from the operator's environment or folder.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HANGUP_'));
  const env = { ...Object.fromEntries(inherited), ...(token === null ? {} : { HANGUP_TOKEN: token }) };
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: tmpdir(), env });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {
    ports: readyPorts(child, ended),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      return await ended;
    },
  };
}

async function readyPorts(child: ChildProcess, ended: Promise<number | null>): Promise<Ports> {
  const { stdout } = child;
  if (stdout === null) throw new Error('hangup has no stdout');
  const ready = new Promise<string>((resolve) => createInterface(stdout).on('line', resolve));
  const line = await Promise.race([ready, ended.then((code) => `hangup ended with exit code ${code}`)]);
  const port = (tap: TapName): number => {
    const found = new RegExp(`\\b${tap}=http://[^ ]*:(\\d+)`).exec(line)?.[1];
    if (found === undefined) throw new Error(`no tap ${tap}: ${line}`);
    return Number(found);
  };
  const page = Number(/\bpage=http:\/\/[^ ]*:(\d+)/.exec(line)?.[1] ?? 0);
  return { nginx: port('nginx'), direct: port('direct'), doomed: port('doomed'), nowhere: port('nowhere'), page };
}
