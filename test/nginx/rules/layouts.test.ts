import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CheckResult, check } from '../../../src/nginx/check.ts';
import type { ConfigFiles } from '../../../src/nginx/parse/config-files.ts';
import { parse } from '../../../src/nginx/parse/parse.ts';

/**
 * How nginx is laid out where people run it: Debian, the Docker images, ingress-nginx, OpenResty. None of it may be refused by
 * us, and none may get an error but where a line is marked `# <- WSNNN error`.
 */

const LAYOUTS = `${import.meta.dirname}/layouts`;
const OFFICIAL = `${import.meta.dirname}/official`;

interface Layout {
  readonly name: string;
  /** As nginx is told it. */
  readonly main: string;
  /** What lies where: a file of nginx's or a folder, and where it is here. */
  readonly places: Readonly<Record<string, string>>;
  /** The rest of what is to be noticed, as parts of the notes. */
  readonly notes: readonly string[];
  /** How many listeners are looked at as Mattermost's. */
  readonly sites: number;
}

const ALL: readonly Layout[] = [
  {
    name: 'Debian’s nginx.conf with its default site and Mattermost’s',
    main: '/etc/nginx/nginx.conf',
    places: {
      '/etc/nginx': `${LAYOUTS}/debian`,
      '/etc/nginx/sites-enabled': `${LAYOUTS}/debian/sites-enabled`,
      '/etc/nginx/modules-enabled': `${LAYOUTS}/debian/modules-enabled`,
    },
    notes: [],
    sites: 1,
  },
  {
    name: 'the Docker image as it comes',
    main: '/etc/nginx/nginx.conf',
    places: { '/etc/nginx': `${LAYOUTS}/docker`, '/etc/nginx/conf.d': `${LAYOUTS}/docker/conf.d` },
    notes: [],
    sites: 0,
  },
  {
    name: 'a template of the Docker image, before envsubst',
    main: '/etc/nginx/templates/chat.conf.template',
    places: { '/etc/nginx/templates': `${LAYOUTS}/docker/templates` },
    notes: [
      '${MATTERMOST_HOST}',
      '${MATTERMOST_PORT}',
      '${NGINX_PORT}',
      '${CHAT_HOST}',
      '${MAX_FILE_SIZE}',
      '${FORWARDED_PROTO}',
      '${READ_TIMEOUT}',
      '${SEND_TIMEOUT}',
      '${BACKEND_SCHEME}',
    ],
    sites: 1,
  },
  {
    name: 'Mattermost’s Docker repository: its conf.d under the image’s nginx.conf',
    main: '/etc/nginx/nginx.conf',
    places: { '/etc/nginx': `${LAYOUTS}/docker`, '/etc/nginx/conf.d/default.conf': `${OFFICIAL}/docker.conf` },
    notes: [],
    sites: 2,
  },
  {
    name: 'what ingress-nginx generates',
    main: '/etc/nginx/nginx.conf',
    places: { '/etc/nginx': `${LAYOUTS}/ingress-nginx` },
    notes: [],
    sites: 2,
  },
  {
    name: 'OpenResty',
    main: '/usr/local/openresty/nginx/conf/nginx.conf',
    places: {
      '/usr/local/openresty/nginx/conf': `${LAYOUTS}/openresty`,
      '/etc/nginx/conf.d': `${LAYOUTS}/openresty/conf.d`,
    },
    notes: [],
    sites: 1,
  },
];

describe.each(ALL.map((layout) => [layout.name, layout] as const))('%s', (_, layout) => {
  const files = filesOf(layout);
  const result = checkLayout(layout, files);

  it('is read whole, and nothing of it is refused', () => {
    expect(result.errors).toEqual([]);
    expect(result.configuration.files.map(({ name }) => name).toSorted()).toEqual([...files.keys()].toSorted());
  });

  it('says what cannot be known from it', () => {
    const says = result.notes.map((note) => note.says);
    for (const part of layout.notes) expect(says.filter((text) => text.includes(part))).toHaveLength(1);
    expect(says.filter((text) => text.includes('placeholder'))).toHaveLength(layout.notes.length);
  });

  it('is looked at where Mattermost is, and nowhere else', () => {
    expect(result.view.sites).toHaveLength(layout.sites);
  });

  it('gets no error but the marked ones', () => {
    const errors = result.findings.filter(({ severity }) => severity === 'error');
    const where = errors.map(({ rule, at }) => `${at.source.name}:${at.source.position(at.start).line} ${rule.id}`);
    expect(where).toEqual(marks(files));
  });
});

function filesOf({ places }: Layout): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [path, real] of Object.entries(places)) {
    if (statSync(real).isFile()) files.set(path, real);
    else for (const name of plainFiles(real)) files.set(`${path}/${name}`, `${real}/${name}`);
  }
  return files;
}

const plainFiles = (folder: string): readonly string[] =>
  readdirSync(folder).filter((name) => statSync(`${folder}/${name}`).isFile());

function checkLayout({ main }: Layout, files: ReadonlyMap<string, string>): CheckResult {
  const given: ConfigFiles = {
    read(path) {
      const real = files.get(path);
      return real === undefined
        ? { refused: `open() "${path}" failed (2: No such file or directory)` }
        : { bytes: readFileSync(real) };
    },
    list: (folder) => [...files.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path)),
  };
  return check(parse(main, given), { version: null, host: null });
}

function marks(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, real]) =>
    readFileSync(real, 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const id = /# <- (WS\d{3}) error/.exec(line)?.[1];
        return id === undefined ? [] : [`${path}:${index + 1} ${id}`];
      }),
  );
}
