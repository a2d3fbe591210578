import { beforeAll, expect, it } from 'vitest';
import {
  type Context,
  type DirectiveInfo,
  directiveInfo,
  directiveNames,
} from '../../../src/nginx/directives/table.ts';
import { parse } from '../../../src/nginx/parse/parse.ts';
import { validate } from '../../../src/nginx/validate/validate.ts';
import { type NginxVersion, versionSaid } from '../../../src/nginx/version.ts';
import { describeWith } from '../../kit/needs.ts';
import { removeFolder, temporaryFolder } from '../../kit/temporary.ts';
import { memoryFiles } from '../parse/memory-files.ts';
import { Dice } from '../resolve/dice.ts';
import { judge, nginxVersion, writeFiles } from './judge.ts';

/** The table against the real nginx: where each directive may stand, and how many arguments it takes. */

const SEED = 20_260_402;
/** The whole is some ten thousand; this many take about ten seconds. */
const SAMPLE = 600;
const MOST_ARGS = 5;

const AROUND: Readonly<Partial<Record<Context, readonly [before: string, after: string]>>> = {
  main: ['events {}', ''],
  events: ['events {', '}'],
  http: ['events {} http {', '}'],
  server: ['events {} http { server {', '} }'],
  'server-if': ['events {} http { server { if ($host = a) {', '} } }'],
  location: ['events {} http { server { location / {', '} } }'],
  'location-if': ['events {} http { server { location / { if ($host = a) {', '} } } }'],
  limit_except: ['events {} http { server { location / { limit_except GET {', '} } } }'],
  upstream: ['events {} http { upstream u { server 127.0.0.1;', '} }'],
};
const CONTEXTS = Object.entries(AROUND);

/** Not about the text alone: files, modules, users, the pid that the test itself names, and what distributions bring back. */
const ELSEWHERE = new Set(['include', 'load_module', 'user', 'pid', 'daemon', 'max_headers']);

/** What is asked of the table. */
const FORM =
  /^(?:unknown directive|invalid number of arguments|directive ".*" (?:is not|has no)|".*" directive is not allowed)/;

interface Asked {
  readonly text: string;
  readonly nginx: string;
  readonly ours: string;
}

describeWith('nginx', 'the table of directives', () => {
  const asked: Asked[] = [];
  /** nginx does not have all of its own modules everywhere. */
  const missing = new Set<string>();

  beforeAll(async () => {
    const version = versionSaid(await nginxVersion());
    const waiting = questions();
    const work = async (): Promise<void> => {
      for (let text = waiting.pop(); text !== undefined; text = waiting.pop()) {
        const nginx = await formOf(text);
        if (nginx.startsWith('unknown directive')) missing.add(nginx);
        asked.push({ text, nginx, ours: ourForm(text, version) });
      }
    };
    await Promise.all([work(), work()]);
  }, 120_000);

  it('says what nginx says of places and of counts', () => {
    const comparable = asked.filter(({ nginx }) => !missing.has(nginx));
    expect(comparable.length).toBeGreaterThan(SAMPLE * 0.6);
    expect(comparable.filter(({ nginx, ours }) => (nginx === '' ? ours !== '' : !ours.startsWith(nginx)))).toEqual([]);
  });
});

/** @returns what nginx says, where it is about the form; empty where it goes on */
async function formOf(text: string): Promise<string> {
  const folder = temporaryFolder('table');
  writeFiles(folder, { 'nginx.conf': text });
  const { says } = await judge(folder);
  removeFolder(folder);
  return says !== null && FORM.test(says) ? says : '';
}

function ourForm(text: string, version: NginxVersion | null): string {
  const configuration = parse('/nginx.conf', memoryFiles({ '/nginx.conf': text }), 'main');
  const first = validate(configuration, { version, modules: [] })[0]?.says ?? '';
  return FORM.test(first) ? first : '';
}

function questions(): string[] {
  const dice = new Dice(SEED);
  const names = [...directiveNames()].filter((name) => !ELSEWHERE.has(name) && ownOf(name) !== undefined);
  return Array.from({ length: SAMPLE }, () => {
    const name = names[dice.below(names.length)] ?? '';
    const [, [before, after] = ['', '']] = CONTEXTS[dice.below(CONTEXTS.length)] ?? [];
    const args = ' 1'.repeat(dice.below(MOST_ARGS + 1));
    const isBlock = ownOf(name)?.block === true ? !dice.chance(0.1) : dice.chance(0.1);
    return `${before}\n${name}${args}${isBlock ? ' {}' : ';'}\n${after}\n`;
  });
}

const ownOf = (name: string): DirectiveInfo | undefined => directiveInfo(name).find(({ from }) => from === 'nginx');
