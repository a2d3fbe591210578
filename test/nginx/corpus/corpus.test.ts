import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { dumpFiles, splitDump } from '../../../src/nginx/parse/dump.ts';
import { parse } from '../../../src/nginx/parse/parse.ts';
import type { ConfigError, Configuration } from '../../../src/nginx/parse/tree.ts';
import { validate } from '../../../src/nginx/validate/validate.ts';
import { versionSaid } from '../../../src/nginx/version.ts';
import { describeWith } from '../../kit/needs.ts';
import { removeFolder, temporaryFolder } from '../../kit/temporary.ts';
import { drawn } from '../parse/memory-files.ts';
import { GENERATED } from './cases/generated.ts';
import { INCLUDES } from './cases/includes.ts';
import { NAMES } from './cases/names.ts';
import { PLACES } from './cases/places.ts';
import { READER } from './cases/reader.ts';
import type { Case } from './cases/shapes.ts';
import { VALUES } from './cases/values.ts';
import { disk, type Judgement, judge, nginxVersion, writeFiles } from './judge.ts';

const CASES: readonly Case[] = [...READER, ...INCLUDES, ...PLACES, ...VALUES, ...NAMES, ...GENERATED];

/** nginx looks names up; what it finds is the machine's affair. */
const MACHINE = /host not found/;

/** Refusals whose message nginx cuts, since it takes a NUL byte for the end of a word. */
const CUT = ['a NUL byte between directives'];

interface Outcome {
  readonly name: string;
  readonly nginx: Judgement;
  readonly configuration: Configuration;
  readonly errors: readonly ConfigError[];
}

describeWith('nginx', 'the same configurations before nginx -T and before us', () => {
  const outcomes: Outcome[] = [];

  beforeAll(async () => {
    const version = versionSaid(await nginxVersion());
    const waiting = [...CASES];
    const work = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const folder = temporaryFolder('corpus');
        writeFiles(folder, next.files);
        const nginx = await judge(folder);
        const configuration = parse(join(folder, 'nginx.conf'), disk, 'main');
        const errors = [...configuration.errors, ...validate(configuration, { version, modules: [] })];
        if (!MACHINE.test(nginx.says ?? '')) outcomes.push({ name: next.name, nginx, configuration, errors });
        removeFolder(folder);
      }
    };
    await Promise.all([work(), work()]);
  }, 120_000);

  it('are many, and nginx accepts and refuses enough of them to tell', () => {
    expect(outcomes.length).toBeGreaterThan(800);
    expect(outcomes.filter(({ nginx }) => nginx.accepts).length).toBeGreaterThan(250);
    expect(outcomes.filter(({ nginx }) => !nginx.accepts).length).toBeGreaterThan(250);
  });

  it('are accepted and refused alike', () => {
    const different = outcomes.filter(({ nginx, errors }) => nginx.accepts !== (errors.length === 0));
    expect(different.map(({ name, nginx, errors }) => ({ name, nginx: nginx.says, ours: errors[0]?.says }))).toEqual(
      [],
    );
  });

  it("are refused in nginx's words", () => {
    const different = refused(outcomes).filter(({ nginx, errors }) => sameWords(nginx, errors).length === 0);
    expect(different.map(({ name }) => name)).toEqual(CUT);
  });

  it('are refused at the line that nginx names, or where the directive begins whose end nginx names', () => {
    const placed = refused(outcomes).filter(
      ({ nginx, errors }) => nginx.line !== null && sameWords(nginx, errors).length > 0,
    );
    const away = placed.filter(
      ({ nginx, errors }) =>
        !sameWords(nginx, errors).some((error) => error.file === nginx.file && error.line === nginx.line),
    );
    const after = away.filter(
      ({ nginx, errors }) =>
        !sameWords(nginx, errors).some(({ file, line }) => file === nginx.file && line < (nginx.line ?? 0)),
    );
    expect(after.map(({ name }) => name)).toEqual([]);
    expect(away.length).toBeLessThan(placed.length * 0.02);
  });

  it('are read from the same files in the same order, and the dump says the same as the files', () => {
    for (const { name, nginx, configuration } of outcomes.filter((each) => each.nginx.accepts)) {
      const dump = splitDump(nginx.dump);
      expect(dump, name).not.toBeNull();
      const files = dump?.files ?? new Map<string, Uint8Array>();
      const read = configuration.files.map((file): [string, string] => [file.name, latin1(file.bytes)]);
      expect(read, name).toEqual(Array.from(files, ([path, bytes]) => [path, latin1(bytes)]));
      const [main = ''] = files.keys();
      const dumped = parse(main, dumpFiles({ files }), 'main');
      expect(drawn(dumped.directives), name).toBe(drawn(configuration.directives));
    }
  });
});

const refused = (outcomes: readonly Outcome[]): Outcome[] =>
  outcomes.filter(({ nginx, errors }) => !nginx.accepts && errors.length > 0);

/** Ours go on in our own words, after nginx's. */
const sameWords = ({ says }: Judgement, errors: readonly ConfigError[]): ConfigError[] =>
  errors.filter((error) => says !== null && error.says.startsWith(says.replace(PCRE_PLACE, '$1')));

/** Where in an expression the fault lies, each version of PCRE counts in its own way. */
const PCRE_PLACE = /^(pcre2?_compile\(\) failed: .+ in ".*") at ".*"$/s;

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
