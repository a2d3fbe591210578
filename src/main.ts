#!/usr/bin/env node
import { createRequire } from 'node:module';
import { Command, CommanderError, Option } from 'commander';
import type { CheckFlags } from './commands/check/flags.ts';
import type { ProveFlags } from './commands/prove/flags.ts';
import type { ReportFlags } from './commands/report/filters.ts';
import { FLAGS, type Flags } from './settings/flags.ts';
import type { SettingName } from './settings/names.ts';
import { SettingsError } from './settings/source.ts';
import { nearest } from './words/near.ts';

/** The command line: picks a command, nothing else. A command is loaded when it is picked, so that `report` starts fast. */

/** DESIGN.md, Contracts. */
const EXIT_USAGE = 2;
const EXIT_CANNOT_START = 3;

/** libuv 1.52, which tells a reset from an end (FIELD-NOTES §4), came with this Node. */
const LEAST_NODE = [24, 21] as const;

/** Commands that must outlive their output: a gateway does not end because `head` has read enough, or a disk is full. */
const OUTLIVE_OUTPUT = new Set(['serve', 'demo']);
/** Commands whose exit code is an answer too: it is what they found, however much of it was read. */
const OUTLIVE_READER = new Set([...OUTLIVE_OUTPUT, 'check', 'prove']);
/** What a write says once the other end is gone, of a pipe and of a socket. */
const READER_GONE = new Set(['EPIPE', 'ECONNRESET']);

/** @param done is told the exit code by the command that ran */
function commandLine(done: (exitCode: number) => void): Command {
  const program = new Command('hangup')
    .description('A WebSocket gateway that relays every byte unchanged and says who hung up.')
    .version(version(), '--version')
    .helpOption('--help', 'say what there is')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(oneSentence(text)) });
  program.on('command:*', ([unknown = '']: readonly string[]) => {
    const names = program.commands.map((command) => command.name());
    const near = nearest(unknown, names);
    const hint = near === null ? '' : ` (did you mean ${near}?)`;
    program.error(`error: no command "${unknown}"${hint}; there are ${names.join(', ')}`);
  });
  addServe(program, done);
  addReport(program, done);
  addCheck(program, done);
  addProve(program, done);
  addDemo(program, done);
  return program;
}

function addServe(program: Command, done: (exitCode: number) => void): void {
  const serve = program.command('serve').description('relay, record, and say who hung up');
  const settings = FLAGS.map(({ name, usage, says, default: standard }): [SettingName, Option] => {
    return [name, new Option(usage, standard === null ? says : `${says} (default: ${standard})`)];
  });
  for (const [, option] of settings) serve.addOption(option);
  serve
    .option('--tap <tap>', 'NAME,listen=…,target=…[,KEY=…]; repeat it for more taps', collect)
    .option('--config <file>', 'settings file (default: hangup.yaml, if there is one)')
    .option('--print-settings', 'print every setting with its value and source, and end')
    .action(async (options: { readonly tap?: readonly string[]; readonly config?: string; printSettings?: true }) => {
      const values = settings.flatMap(([name, option]): [SettingName, string][] => {
        const value: unknown = serve.getOptionValue(option.attributeName());
        return typeof value === 'string' ? [[name, value]] : [];
      });
      const flags: Flags = { values: new Map(values), taps: options.tap ?? [], config: options.config ?? null };
      const { loadServeSettings } = await import('./settings/load.ts');
      const loaded = await loadServeSettings({ flags, env: process.env, cwd: process.cwd() });
      if (options.printSettings) {
        const { printSettings } = await import('./settings/print.ts');
        process.stdout.write(printSettings(loaded));
        return done(0);
      }
      const command = await import('./commands/serve.ts');
      done(await command.serve(loaded.settings, version()));
    });
}

function addReport(program: Command, done: (exitCode: number) => void): void {
  program
    .command('report')
    .description('say who hung up, how, why, and how sure that is')
    .option('--data <dir>', 'the journal to read (default: ./hangup-data)')
    .option('--json', 'one verdict a line, as stored')
    .option('--since <duration>', 'only what closed within this time, such as 1h')
    .option('--closed-by <party>', 'only what this party closed')
    .option('--cause <cause>', 'only what ended for this cause')
    .option('--connection <id>', 'the whole story of one connection')
    .option('--open', 'the connections that are open now')
    .action(async (flags: ReportFlags) => {
      const command = await import('./commands/report.ts');
      done(await command.report(flags));
    });
}

function addCheck(program: Command, done: (exitCode: number) => void): void {
  program
    .command('check')
    .description('read an nginx configuration: what of it ends WebSockets, and which lines mend that')
    .argument('[path]', 'a file, a folder, or - for what `nginx -T` prints (default: /etc/nginx/nginx.conf)')
    .option('--json', 'the findings as JSON')
    .option('--format <format>', 'text, json or sarif (default: text)')
    .option(
      '--nginx-version <version>',
      'the nginx it is for (default: what the dump says, or the nginx of this machine)',
    )
    .option(
      '--fail-on <severity>',
      'end with exit code 1 for a finding as bad as this: error, warning or note (default: error)',
    )
    .option('--fix', 'write a mended copy beside it, <path>.mended, and show what changes')
    .option('--write', 'mend the files themselves; what they were is kept beside them with .bak')
    .option('--host <name>', 'only the servers that answer to this name')
    .option('--explain <request...>', 'follow one request instead: GET wss://chat.example.com/api/v4/websocket')
    .action(async (path: string | undefined, flags: CheckFlags) => {
      const command = await import('./commands/check.ts');
      done(await command.check(path, flags, version()));
    });
}

function addProve(program: Command, done: (exitCode: number) => void): void {
  program
    .command('prove')
    .description('run a real nginx with a private copy of that configuration, and measure what becomes of WebSockets')
    .argument('[path]', 'a file, a folder, or - for what `nginx -T` prints (default: /etc/nginx/nginx.conf)')
    .option('--wait <duration>', 'how long an idle socket is waited for (default: 100s)')
    .option('--scale <number>', 'divide the timers that can end a WebSocket, for a quick look (default: 1)')
    .option('--nginx <path>', 'the nginx to run (default: the one of this machine)')
    .option('--host <name>', 'measure this name only')
    .option('--json', 'everything that was measured as JSON')
    .action(async (path: string | undefined, flags: ProveFlags) => {
      const command = await import('./commands/prove.ts');
      done(await command.prove(path, flags));
    });
}

function addDemo(program: Command, done: (exitCode: number) => void): void {
  program
    .command('demo')
    .description('see it work on this machine: a stand-in server, nginx, and clients that die in a dozen ways')
    .option('--stay', 'keep running until Ctrl-C')
    .option('--data <dir>', 'keep the journal here (default: a temporary folder)')
    .action(async (flags: { readonly stay?: boolean; readonly data?: string }) => {
      const command = await import('./commands/demo.ts');
      done(await command.demo({ stay: flags.stay ?? false, data: flags.data ?? null }));
    });
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** commander says `error: unknown option '--x'\n(Did you mean --y?)`. */
function oneSentence(text: string): string {
  return text.replace(/^error: /, 'hangup: ').replace(/\n\(Did you mean (.+?)\??\)/, '; did you mean $1?');
}

function version(): string {
  // "#package.json" is an import of package.json's own: it is found from src/ and from dist/src/ alike.
  const description: unknown = createRequire(import.meta.url)('#package.json');
  const known = typeof description === 'object' && description !== null && 'version' in description;
  return known ? String(description.version) : 'unknown';
}

/** `report | head` ends quietly when head has read enough. What cannot be written for another reason is never lost in silence. */
function watchOutput({ stdout, stderr }: NodeJS.Process, args: readonly string[]): void {
  const command = args[0] ?? '';
  let told = false;
  stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (READER_GONE.has(code ?? '')) {
      if (!OUTLIVE_READER.has(command)) process.exit(0);
      return;
    }
    if (!told) stderr.write(`hangup: stdout cannot be written (${code ?? message})\n`);
    told = true;
    if (!OUTLIVE_OUTPUT.has(command) || args.includes('--print-settings')) process.exit(EXIT_CANNOT_START);
  });
  // There is nowhere left to tell of it.
  stderr.on('error', () => undefined);
}

async function main(args: readonly string[]): Promise<number> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1])) {
    process.stderr.write(`hangup: needs Node ${LEAST_NODE.join('.')} or later; this is ${process.versions.node}\n`);
    return EXIT_CANNOT_START;
  }
  watchOutput(process, args);
  let exitCode = 0;
  try {
    await commandLine((code) => {
      exitCode = code;
    }).parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // --help and --version "fail" with 0; commander has said all else on stderr already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`hangup: ${error.message}\n`);
    return EXIT_USAGE;
  }
}

process.exitCode = await main(process.argv.slice(2));
