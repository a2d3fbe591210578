import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startGateway } from '../../test/kit/gateway-process.ts';
import { freePort, untilAccepts } from '../../test/kit/ports.ts';
import { isInstalled, Program, sbinPath } from '../../test/kit/program.ts';
import { removeFolder, temporaryFolder } from '../../test/kit/temporary.ts';
import { type Contender, type ContenderName, contender, NotHere } from './contender.ts';
import { npmPackages } from './npm-packages.ts';
import { haproxyConf, nginxConf } from './proxy-confs.ts';

const programPath = (file: string): string => fileURLToPath(new URL(`../programs/${file}`, import.meta.url));

/** What every Node contender gets, hangup too. */
export interface NodeSettings {
  /** NODE_OPTIONS of all. */
  readonly all: string;
  /** More of them for hangup alone (`--hangup-node-options`), to look into it. */
  readonly hangup: string;
}

/**
 * Starts a contender with the sink as its target, in its default settings but for what it needs for many connections.
 * @throws NotHere when it is not installed
 */
export async function startContender(name: ContenderName, target: number, node: NodeSettings): Promise<Contender> {
  switch (name) {
    case 'hangup':
      return startHangup(target, node);
    case 'pipe':
      return startNode(name, (port) => [programPath('pipe.ts'), `${port}`, `${target}`], target, node);
    case 'http-proxy':
    case 'http-proxy-3': {
      const entryOf = await npmPackages().catch((error: unknown) => {
        throw new NotHere(`npm could not install it: ${error}`);
      });
      const file = programPath('http-proxy.ts');
      return startNode(name, (port) => [file, entryOf(name), `${port}`, `${target}`], target, node);
    }
    case 'nginx':
      return startWithConf(
        name,
        nginxConf,
        (conf, folder) => ['nginx', '-c', conf, '-p', folder, '-e', 'stderr'],
        target,
      );
    case 'haproxy':
      return startWithConf(name, haproxyConf, (conf) => ['haproxy', '-db', '-f', conf], target);
    case 'mitmproxy':
      return startMitmproxy(target);
  }
}

async function startHangup(target: number, node: NodeSettings): Promise<Contender> {
  const gateway = await startGateway({ target, env: { NODE_OPTIONS: `${node.all} ${node.hangup}`.trim() } });
  return contender('hangup', { port: gateway.port, target }, gateway.pid, () => gateway.close());
}

async function startNode(
  name: ContenderName,
  argumentsFor: (port: number) => readonly string[],
  target: number,
  node: NodeSettings,
): Promise<Contender> {
  const port = await freePort();
  const env = { ...process.env, NODE_OPTIONS: node.all };
  return accepting(name, Program.start([process.execPath, ...argumentsFor(port)], { env }), { port, target });
}

async function startWithConf(
  name: ContenderName,
  confFor: (place: { readonly port: number; readonly target: number; readonly folder: string }) => string,
  command: (conf: string, folder: string) => readonly string[],
  target: number,
): Promise<Contender> {
  if (!isInstalled(name)) throw new NotHere(`not installed (Debian: apt install ${name})`);
  const folder = temporaryFolder(name);
  const port = await freePort();
  const conf = join(folder, `${name}.conf`);
  writeFileSync(conf, confFor({ port, target, folder }));
  const program = Program.start(command(conf, folder), { env: sbinPath() });
  return accepting(name, program, { port, target }, () => removeFolder(folder));
}

async function startMitmproxy(target: number): Promise<Contender> {
  if (!isInstalled('mitmdump')) throw new NotHere('not installed (Debian: apt install mitmproxy)');
  const port = await freePort();
  const mode = `reverse:http://127.0.0.1:${target}`;
  const program = Program.start(['mitmdump', '--mode', mode, '-q', '--listen-host', '127.0.0.1', '-p', `${port}`]);
  return accepting('mitmproxy', program, { port, target });
}

/** Resolves once it accepts; rejects with its own words when it ends instead. */
async function accepting(
  name: ContenderName,
  program: Program,
  place: { readonly port: number; readonly target: number },
  cleanUp: () => void = () => undefined,
): Promise<Contender> {
  const stop = async (): Promise<void> => {
    await program.stop('SIGTERM', 2_000);
    cleanUp();
  };
  const ended = program.exited.then(() => {
    throw new Error(`${name} did not start:\n${program.stderr}`);
  });
  try {
    await Promise.race([untilAccepts(place.port), ended]);
  } catch (error) {
    await stop();
    throw error;
  }
  ended.catch(() => undefined);
  return contender(name, place, program.pid, stop);
}
