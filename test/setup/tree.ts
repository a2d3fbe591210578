import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/**
 * A fresh clone in small: the real scripts, a lockfile with two packages, a main.ts that tells what it was given, and an
 * npm that notes its arguments and installs what the lockfile says (Node: the one that runs this test).
 */

const REAL = fileURLToPath(new URL('../..', import.meta.url));

const INSTALL = `
mkdir -p node_modules/.bin node_modules/node
printf '{"version":"24.21.0"}' > node_modules/node/package.json
ln -sf "${process.execPath}" node_modules/.bin/node
`;

/** Notes what it was asked for, and builds a page of one file. */
const VITE = `
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
console.log("vite's own chatter");
appendFileSync('vite.log', process.argv.slice(2).join(' ') + '\\n');
const source = readFileSync('src/inspector/page/main.tsx', 'utf8');
if (source === 'broken') process.exit(1);
mkdirSync('dist/page', { recursive: true });
writeFileSync('dist/page/index.html', source);
`;

const MAIN = `
const [first] = process.argv.slice(2);
if (first === 'wait') {
  const count = { SIGINT: 0, SIGTERM: 0, SIGHUP: 0 };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      count[signal]++;
      console.log(signal);
      if (count[signal] === Number(process.argv[3] ?? 1)) setTimeout(() => process.exit(42), 200);
    });
  }
  setInterval(() => {}, 1000);
  console.log('waiting ' + process.pid);
} else if (first === 'die') process.kill(process.pid, 'SIGKILL');
else if (first === 'exit') process.exit(Number(process.argv[3]));
else console.log(JSON.stringify(process.argv.slice(2)));
`;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Tree {
  readonly root = mkdtempSync(join(tmpdir(), 'hangup-tree-'));

  constructor() {
    onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
    cpSync(join(REAL, 'scripts'), join(this.root, 'scripts'), { recursive: true });
    cpSync(join(REAL, '.npmrc'), join(this.root, '.npmrc'));
    const { type, scripts } = JSON.parse(readFileSync(join(REAL, 'package.json'), 'utf8'));
    this.write('package.json', JSON.stringify({ type, scripts }));
    this.lock({ node: '24.21.0', ws: '8.0.0' });
    this.write('src/main.ts', MAIN);
    this.npm(INSTALL);
  }

  write(inTree: string, content: string): void {
    const file = join(this.root, inTree);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  /** Gives the tree a page to build, and a vite that npm need not bring. */
  page(source: string): void {
    this.write('src/inspector/page/main.tsx', source);
    this.write('node_modules/vite/package.json', '{"type":"module"}');
    this.write('node_modules/vite/bin/vite.js', VITE);
  }

  read(inTree: string): string {
    return readFileSync(join(this.root, inTree), 'utf8');
  }

  /** Puts a program first on PATH; its arguments are noted in NAME.log. */
  program(name: string, script: string): void {
    this.write(`bin/${name}`, `#!/bin/sh\necho "$@" >> "${this.root}/${name}.log"\n${script}`);
    chmodSync(join(this.root, 'bin', name), 0o755);
  }

  npm(script: string): void {
    this.program('npm', `echo "npm's own chatter"\n${script}`);
  }

  lock(versions: Readonly<Record<string, string>>, file = 'package-lock.json'): void {
    const packages = Object.entries(versions).map(([name, version]) => [`node_modules/${name}`, { version }]);
    this.write(file, JSON.stringify({ packages: Object.fromEntries([['', {}], ...packages]) }));
  }

  /** What npm had been asked for, a line each time. */
  calls(name: string): string[] {
    const log = join(this.root, `${name}.log`);
    return existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
  }

  has(inTree: string): boolean {
    return existsSync(join(this.root, inTree));
  }

  spawn(
    script: string,
    args: readonly string[] = [],
    path = `${join(this.root, 'bin')}:${process.env.PATH}`,
  ): ChildProcess {
    return spawn(process.execPath, [join(this.root, script), ...args], {
      // Not the root: the scripts find their tree by themselves.
      cwd: tmpdir(),
      env: { PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async run(script: string, args: readonly string[] = [], path?: string): Promise<Ended> {
    const child = this.spawn(script, args, path);
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) throw new Error('no pipes');
    const [code, out, err] = await Promise.all([ended, text(stdout), text(stderr)]);
    return { code, stdout: out, stderr: err };
  }
}
