import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diskFiles } from '../../../src/commands/check/disk-files.ts';
import { check } from '../../../src/nginx/check.ts';
import { parse } from '../../../src/nginx/parse/parse.ts';
import type { Configuration, Directive } from '../../../src/nginx/parse/tree.ts';
import { everyDirective } from '../../../src/nginx/prove/copy/definitions.ts';
import { findNginx, type InstalledNginx, inspectNginx } from '../../../src/nginx/prove/nginx-build.ts';
import { makePrivateFolder, type PrivateFolder } from '../../../src/nginx/prove/private-folder.ts';
import { describeWith } from '../../kit/needs.ts';
import { copied, FOLDER, read } from './proven.ts';

/** Every configuration that the rules are tested with, copied: nothing of the outside may be left in any. */

const RULES = fileURLToPath(new URL('../rules', import.meta.url));
const NAMES = readdirSync(RULES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.conf'));

/** Words that are URLs or URIs to a client, and no paths of this machine. */
const URIS = new Set(
  'location try_files error_page rewrite return auth_request proxy_redirect proxy_cookie_path set if add_header index server_name map geo types'.split(
    ' ',
  ),
);
/** Lines of a block of data are no directives. */
const DATA = new Set(['map', 'geo', 'types', 'split_clients']);

const isData = ({ parent }: Directive): boolean => parent !== null && DATA.has(parent.name);

function addressesIn(configuration: Configuration): readonly string[] {
  return [...everyDirective(configuration.directives)]
    .filter(
      ({ name, parent, block }) =>
        block === null && (name === 'listen' || (name === 'server' && parent?.name === 'upstream')),
    )
    .map(({ args }) => args[0]?.text ?? '');
}

function proxiedTo(configuration: Configuration): readonly string[] {
  return [...everyDirective(configuration.directives)]
    .filter(({ name }) => name.endsWith('_pass') && name !== 'proxy_pass')
    .map(({ args }) => args[0]?.text ?? '');
}

const harmlessCopies = NAMES.flatMap((name) => {
  const configuration = parse(join(RULES, name), diskFiles());
  const copy = copied(configuration);
  return configuration.errors.length > 0 || copy.refusals.length > 0 ? [] : [{ name, configuration, copy }];
});

it('are most of them harmless to run', () => {
  expect(harmlessCopies.length).toBeGreaterThan(NAMES.length * 0.9);
});

describe.each(harmlessCopies)('$name', ({ copy }) => {
  const made = read(copy.text);

  it('names no path outside the folder', () => {
    const outside = [...everyDirective(made.directives)]
      .filter((directive) => !URIS.has(directive.name) && !isData(directive))
      .flatMap(({ name, args }) => args.map(({ text }) => ({ name, text })))
      .filter(({ text }) => /^(unix:)?\//.test(text) && !text.replace(/^unix:/, '').startsWith(`${FOLDER}/`));
    expect(outside).toEqual([]);
  });

  it('names no address but loopback ports', () => {
    for (const address of addressesIn(made)) expect(address).toMatch(/^127\.0\.0\.1:\d+$|^unix:\/private\/copy\//);
    for (const target of proxiedTo(made)) expect(target).toMatch(/^(grpc:\/\/)?127\.0\.0\.1:20000$/);
  });

  it('proxies to names of the copy alone', () => {
    const upstreams = [...everyDirective(made.directives)]
      .filter(({ name }) => name === 'upstream')
      .map(({ args }) => args[0]?.text);
    for (const { name, args } of everyDirective(made.directives)) {
      if (name !== 'proxy_pass') continue;
      const host = /^https?:\/\/([^/$]+)/.exec(args[0]?.text ?? '')?.[1] ?? '';
      if (host !== '' && !host.startsWith('hangup-unresolved-')) expect(upstreams).toContain(host);
    }
  });
});

describeWith('nginx', 'the real nginx', () => {
  let nginx: InstalledNginx;
  let folder: PrivateFolder;

  beforeAll(async () => {
    nginx = await inspectNginx(findNginx(process.env.PATH ?? '') ?? 'nginx');
    folder = await makePrivateFolder(nginx.user);
  });
  afterAll(() => folder.remove());

  it('takes the copy wherever there was nothing to refuse in the original', () => {
    const failures = harmlessCopies.flatMap(({ name, configuration }) => {
      const { errors, notes } = check(configuration, { version: nginx.version, host: null });
      // A placeholder of a template, and a map that another file has, are faults of the original.
      if (errors.length > 0 || notes.length > 0 || /WS004\/|load_module|50-mod/.test(name)) return [];
      const { text } = copied(configuration, { folder: folder.path, asRoot: folder.asRoot, nginx });
      const file = join(folder.path, 'nginx.conf');
      writeFileSync(file, text);
      const { status, stderr } = spawnSync(nginx.path, ['-t', '-p', folder.path, '-e', 'stderr', '-c', file], {
        encoding: 'utf8',
      });
      return status === 0 ? [] : [`${name}: ${stderr}`];
    });
    expect(failures).toEqual([]);
  }, 60_000);
});
