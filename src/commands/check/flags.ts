import { EXAMPLE_HOST, isHost } from '../../nginx/report/asked-host.ts';
import { parseRequest } from '../../nginx/resolve/explain.ts';
import type { HttpRequest } from '../../nginx/resolve/types.ts';
import { SEVERITIES, type Severity } from '../../nginx/rules/rule.ts';
import { SettingsError } from '../../settings/source.ts';
import { nearest } from '../../words/near.ts';

/** As commander hands them over. */
export interface CheckFlags {
  readonly json?: true;
  readonly format?: string;
  readonly nginxVersion?: string;
  readonly failOn?: string;
  readonly fix?: true;
  readonly write?: true;
  readonly host?: string;
  /** Method and URL, in one word or two; a path may have come along (`--explain GET wss://… nginx.conf`). */
  readonly explain?: readonly string[];
}

export type Format = 'text' | 'json' | 'sarif';

const FORMATS: readonly Format[] = ['text', 'json', 'sarif'];

export interface CheckSettings {
  readonly path: string | undefined;
  readonly format: Format;
  readonly nginxVersion: string | undefined;
  readonly failOn: Severity;
  readonly fix: boolean;
  readonly write: boolean;
  readonly host: string | null;
  readonly explain: HttpRequest | null;
}

/** @throws SettingsError about a flag that cannot be used */
export function readFlags(path: string | undefined, flags: CheckFlags): CheckSettings {
  const format = flags.format === undefined ? (flags.json ? 'json' : 'text') : oneOf('--format', flags.format, FORMATS);
  if (flags.json && format !== 'json') throw new SettingsError('--json and --format do not agree: give one of them');
  const asked = flags.explain === undefined ? null : readExplain(flags.explain);
  if (asked !== null && (flags.fix || flags.write)) {
    throw new SettingsError('--explain and --fix are two questions: give one of them');
  }
  if (asked !== null && format === 'sarif')
    throw new SettingsError('--explain: SARIF has no words for it; take text or json');
  if (path !== undefined && asked?.path !== undefined) {
    throw new SettingsError(`--explain: two paths, ${path} and ${asked.path}`);
  }
  if (flags.host !== undefined && !isHost(flags.host)) {
    throw new SettingsError(`--host: ${JSON.stringify(flags.host)} is no name such as ${EXAMPLE_HOST}`);
  }
  return {
    path: path ?? asked?.path,
    format,
    nginxVersion: flags.nginxVersion,
    failOn: flags.failOn === undefined ? 'error' : oneOf('--fail-on', flags.failOn, SEVERITIES),
    fix: flags.fix ?? flags.write ?? false,
    write: flags.write ?? false,
    host: flags.host ?? null,
    explain: asked?.request ?? null,
  };
}

function readExplain(given: readonly string[]): { readonly request: HttpRequest; readonly path: string | undefined } {
  const words = given.flatMap((word) => word.trim().split(/\s+/));
  const at = words.findIndex((word) => word.includes('://'));
  const url = words[at];
  const [method = 'GET', ...before] = words.slice(0, Math.max(0, at));
  const [path, ...after] = words.slice(at + 1);
  if (url === undefined || before.length > 0 || after.length > 0 || !/^[A-Za-z]+$/.test(method)) {
    throw new SettingsError('--explain: give a method and a URL, such as GET wss://chat.example.com/api/v4/websocket');
  }
  try {
    return { request: parseRequest(method, url), path };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new SettingsError(`--explain: ${error.message}`);
  }
}

function oneOf<T extends string>(flag: string, given: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === given);
  if (found !== undefined) return found;
  const near = nearest(given, choices);
  const hint = near === null ? `there are ${choices.join(', ')}` : `did you mean ${near}?`;
  throw new SettingsError(`${flag}: no ${JSON.stringify(given)}; ${hint}`);
}
