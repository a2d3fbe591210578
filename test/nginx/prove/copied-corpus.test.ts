import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { diskFiles } from '../../../src/commands/check/disk-files.ts';
import { parse } from '../../../src/nginx/parse/parse.ts';
import type { Configuration, Directive } from '../../../src/nginx/parse/tree.ts';
import { everyDirective } from '../../../src/nginx/prove/copy/definitions.ts';
import { findNginx, type InstalledNginx, inspectNginx } from '../../../src/nginx/prove/nginx-build.ts';
import { makePrivateFolder, type PrivateFolder } from '../../../src/nginx/prove/private-folder.ts';
import { validate } from '../../../src/nginx/validate/validate.ts';
import { describeWith } from '../../kit/needs.ts';
import { GENERATED } from '../corpus/cases/generated.ts';
import { INCLUDES } from '../corpus/cases/includes.ts';
import { NAMES } from '../corpus/cases/names.ts';
import { PLACES } from '../corpus/cases/places.ts';
import { READER } from '../corpus/cases/reader.ts';
import { VALUES } from '../corpus/cases/values.ts';
import { memoryFiles } from '../parse/memory-files.ts';
import { BACKEND_PORT, copied, FOLDER, read } from './proven.ts';

/** Every configuration of the other tests, copied: nothing of the outside may be left in any of them. */

interface Original {
  readonly name: string;
  readonly configuration: Configuration;
}

const RULES = fileURLToPath(new URL('../rules', import.meta.url));

const written: readonly Original[] = readdirSync(RULES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.conf'))
  .map((name) => ({ name, configuration: parse(join(RULES, name), diskFiles()) }));

const corpus: readonly Original[] = [...READER, ...INCLUDES, ...PLACES, ...VALUES, ...NAMES, ...GENERATED].map(
  ({ name, files }) => {
    const inFolder = Object.fromEntries(Object.entries(files).map(([path, content]) => [`/conf/${path}`, content]));
    return { name, configuration: parse('/conf/nginx.conf', memoryFiles(inFolder), 'main') };
  },
);

const copies = [...written, ...corpus]
  .filter(({ configuration }) => configuration.errors.length === 0)
  .map((original) => ({ ...original, copy: copied(original.configuration) }));

const runnable = copies
  .filter(({ copy }) => copy.refusals.length === 0)
  .map((each) => ({ ...each, made: read(each.copy.text) }));

/** Words that are URLs or URIs to a client, and no paths of this machine. */
const URIS = new Set([
  ...['location', 'try_files', 'error_page', 'rewrite', 'return', 'auth_request', 'set', 'if', 'add_header', 'index'],
  ...['proxy_redirect', 'proxy_cookie_path', 'proxy_cookie_domain', 'post_action', 'sub_filter', 'random_index'],
  ...[
    'proxy_set_header',
    'proxy_cache_key',
    'proxy_set_body',
    'auth_basic',
    'server_name',
    'limit_req_zone',
    'expires',
  ],
  ...['add_after_body', 'add_before_body', 'ancient_browser', 'charset_types', 'userid_path', 'fastcgi_param', 'hash'],
]);
/** Lines of a block of data are no directives. */
const DATA = new Set(['map', 'geo', 'types', 'split_clients', 'charset_map']);

const isData = ({ name, parent }: Directive): boolean => DATA.has(name) || (parent !== null && DATA.has(parent.name));

const directivesOf = (made: Configuration): readonly Directive[] =>
  [...everyDirective(made.directives)].filter((directive) => !isData(directive));

const first = ({ args }: Directive): string => args[0]?.text ?? '';

it('most of them can be made harmless', () => {
  expect(copies.length).toBeGreaterThan(700);
  expect(runnable.length).toBeGreaterThan(copies.length * 0.75);
});

it('a copy names no path outside the folder', () => {
  const outside = runnable.flatMap(({ name, made }) =>
    directivesOf(made)
      .filter((directive) => !URIS.has(directive.name))
      .flatMap((directive) => directive.args.map(({ text }) => `${name}: ${directive.name} ${text}`))
      .filter((line) => / (unix:)?\//.test(line.slice(name.length + 1)))
      .filter((line) => !line.includes(` ${FOLDER}/`) && !line.includes(` unix:${FOLDER}/`)),
  );
  expect(outside).toEqual([]);
});

it('a copy listens on loopback alone, and connects to hangup alone', () => {
  const elsewhere = runnable.flatMap(({ name, made }) => {
    const upstreams = new Set(
      directivesOf(made)
        .filter((each) => each.name === 'upstream')
        .map((each) => first(each)),
    );
    return directivesOf(made)
      .filter((directive) => !isLoopback(directive, upstreams))
      .map((directive) => `${name}: ${directive.name} ${first(directive)}`);
  });
  expect(elsewhere).toEqual([]);
});

function isLoopback(directive: Directive, upstreams: ReadonlySet<string>): boolean {
  const { name, parent, block } = directive;
  const address = first(directive);
  if (name === 'listen') return /^127\.0\.0\.1:\d+$/.test(address) || address.startsWith(`unix:${FOLDER}/`);
  if (name === 'server' && block === null && parent?.name === 'upstream')
    return address === `127.0.0.1:${BACKEND_PORT}`;
  if (name !== 'proxy_pass')
    return !name.endsWith('_pass') || address.replace('grpc://', '') === `127.0.0.1:${BACKEND_PORT}`;
  const host = /^https?:\/\/([^/?$]+)/i.exec(address)?.[1];
  // Only a variable at its start, of which every value is one of the copy's own.
  if (host === undefined) return /^(https?:\/\/)?\$/.test(address);
  return upstreams.has(host) || host.startsWith('hangup-unresolved-');
}

it('a copy has no directive that leads outside, whatever the original had', () => {
  const forbidden =
    /^(resolver|mirror|perl.*|js_.*|.*_by_lua.*|env|user|ssl_stapling.*|proxy_bind|stream|mail|include)$/;
  const found = runnable.flatMap(({ name, made }) =>
    directivesOf(made)
      .filter((directive) => forbidden.test(directive.name))
      .map((directive) => `${name}: ${directive.name}`),
  );
  expect(found).toEqual([]);
});

it('a copy says of each of its lines which file and line it comes from', () => {
  for (const { copy, configuration } of runnable) {
    const names = new Set(configuration.files.map(({ name }) => name));
    expect(copy.lines).toHaveLength(copy.text.split('\n').length - 1);
    expect(copy.lines.every((at) => at === null || names.has(at.file))).toBe(true);
  }
});

describeWith('nginx', 'the real nginx', () => {
  let nginx: InstalledNginx;
  let folder: PrivateFolder;

  beforeAll(async () => {
    nginx = await inspectNginx(findNginx(process.env.PATH ?? '') ?? 'nginx');
    folder = await makePrivateFolder(nginx.user);
  });
  afterAll(() => folder.remove());

  it('takes every copy of what it takes', async () => {
    const failures: string[] = [];
    const takes = runnable.filter(({ configuration }) => {
      const refused = validate(configuration, { version: nginx.version, modules: [] });
      // Placeholders that nobody filled in, and what another file of the http block has to define, are faults of the original.
      return refused.length === 0 && configuration.notes.length === 0 && configuration.context === 'main';
    });
    expect(takes.length).toBeGreaterThan(400);
    for (const { name, configuration } of takes) {
      const { text, refusals } = copied(configuration, { folder: folder.path, asRoot: folder.asRoot, nginx });
      const file = join(folder.path, 'nginx.conf');
      writeFileSync(file, text);
      const args = ['-t', '-p', folder.path, '-e', 'stderr', '-c', file];
      const says = await promisify(execFile)(nginx.path, args).then(
        () => null,
        (error: Error) => error.message,
      );
      if (says !== null || refusals.length > 0) failures.push(`${name}: ${says}`);
    }
    expect(failures).toEqual([]);
  }, 60_000);
});
