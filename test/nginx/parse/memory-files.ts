import type { ConfigFiles } from '../../../src/nginx/parse/config-files.ts';
import type { Directive } from '../../../src/nginx/parse/tree.ts';

const utf8 = new TextEncoder();

/** Files that lie nowhere, named as on a disk. What is missing is refused in nginx's words. */
export function memoryFiles(files: Readonly<Record<string, string | Uint8Array>>): ConfigFiles {
  const all = new Map(
    Object.entries(files).map(([path, text]) => [path, typeof text === 'string' ? utf8.encode(text) : text]),
  );
  return {
    read(path) {
      const bytes = all.get(path);
      return bytes === undefined ? { refused: `open() "${path}" failed (2: No such file or directory)` } : { bytes };
    },
    list(folder) {
      const start = folder.endsWith('/') ? folder : `${folder}/`;
      const below = [...all.keys()].filter((path) => path.startsWith(start));
      const names = new Set(below.map((path) => path.slice(start.length).split('/')[0] ?? ''));
      return names.size === 0 ? null : [...names];
    },
  };
}

/** A tree as text: names and words, `{` and `}`, `;` and `~` where neither stood. */
export function drawn(directives: readonly Directive[]): string {
  return directives
    .map(({ name, args, block }) => {
      const head = [name, ...args.map(({ text }) => text)].map((word) => JSON.stringify(word)).join(' ');
      if (block === null) return `${head};`;
      return `${head} {${block.opaque ? '…' : ` ${drawn(block.children)} `}}`;
    })
    .join(' ');
}
