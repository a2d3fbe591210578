/**
 * The stand-in by itself: `node examples/mattermost-standin/main.ts --listen 127.0.0.1:8065 --ping 60s`.
 * stdout carries its address once it accepts, stderr everything else. SIGINT or SIGTERM shuts it down.
 */
import { parseArgs } from 'node:util';
import type { ChannelType, Dialect, StandinOptions } from './standin.ts';
import { DEFAULT_TOKENS, startStandin } from './standin.ts';

const HELP = `A stand-in for Mattermost: a small test server of hangup. It is not Mattermost.

  --listen HOST:PORT     default 127.0.0.1:8065
  --ping TIME            protocol ping of the server, default 60s
  --pong TIME            deadline for a Pong frame, default 100s
  --write TIME           deadline for a blocked write, default 30s
  --auth TIME            deadline for authentication, default 5s
  --resume TIME          how long a lost connection can be resumed, default 300s
  --site-url URL         compare an Origin with this; without it every Origin passes
  --tokens T=USER,…      default ${Object.keys(DEFAULT_TOKENS).join(', ')}
  --dialect 5.37|11      how its JSON is spaced, default 5.37
  --chatter TIME         write a post this often, in turn public, private, direct, group
TIME is a number with ms, s or m.
`;

const CHANNELS: readonly ChannelType[] = ['O', 'P', 'D', 'G'];

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  // As hangup's own: 2 for a command line that makes no sense, 3 for what cannot start.
  process.exitCode = error instanceof TypeError || error instanceof RangeError ? 2 : 3;
}

async function main(): Promise<void> {
  const flags = readFlags();
  if (flags === null) {
    process.stdout.write(HELP);
    return;
  }
  const standin = await startStandin(flags.options);
  process.stdout.write(`${standin.url}\n`);
  let turn = 0;
  const chatter = flags.chatterMs === null ? null : setInterval(() => post(), flags.chatterMs);
  const post = (): void => {
    const type = CHANNELS[turn++ % CHANNELS.length] ?? 'O';
    standin.post(type, `stand-in post number ${turn}`);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      if (chatter !== null) clearInterval(chatter);
      void standin.shutdown();
    });
  }
}

/** @throws TypeError or RangeError for a command line that makes no sense; null when help was asked for */
function readFlags(): { readonly options: StandinOptions; readonly chatterMs: number | null } | null {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      listen: { ...text, default: '127.0.0.1:8065' },
      ping: text,
      pong: text,
      write: text,
      auth: text,
      resume: text,
      'site-url': text,
      tokens: text,
      dialect: { ...text, default: '5.37' },
      chatter: text,
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const { host, port } = address(values.listen);
  const options: StandinOptions = {
    host,
    port,
    dialect: dialect(values.dialect),
    siteUrl: values['site-url'] ?? null,
    log: (line) => process.stderr.write(`${line}\n`),
    ...(values.tokens !== undefined && { tokens: tokens(values.tokens) }),
    ...(values.ping !== undefined && { pingMs: milliseconds(values.ping) }),
    ...(values.pong !== undefined && { pongMs: milliseconds(values.pong) }),
    ...(values.write !== undefined && { writeMs: milliseconds(values.write) }),
    ...(values.auth !== undefined && { authMs: milliseconds(values.auth) }),
    ...(values.resume !== undefined && { resumeMs: milliseconds(values.resume) }),
  };
  return { options, chatterMs: values.chatter === undefined ? null : milliseconds(values.chatter) };
}

function address(text: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^(?:\[?([^\]]*)\]?:)?(\d+)$/.exec(text) ?? [];
  if (port === undefined) throw new RangeError(`--listen wants HOST:PORT, not ${text}`);
  return { host: host === undefined || host === '' ? '127.0.0.1' : host, port: Number(port) };
}

function milliseconds(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  const factor = unit === 'ms' ? 1 : unit === 's' ? 1_000 : 60_000;
  if (number === undefined) throw new RangeError(`a time is a number with ms, s or m, not ${text}`);
  return Number(number) * factor;
}

function tokens(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair): [string, string] => {
    const [token, user] = pair.split('=');
    if (token === undefined || user === undefined || token === '' || user === '') {
      throw new RangeError(`--tokens wants TOKEN=USER,…, not ${text}`);
    }
    return [token, user];
  });
  return Object.fromEntries(pairs);
}

function dialect(text: string): Dialect {
  if (text !== '5.37' && text !== '11') throw new RangeError(`--dialect is 5.37 or 11, not ${text}`);
  return text;
}
