import type { ConfigFiles } from './config-files.ts';

/** `include conf.d/*.conf`: glob(3) as nginx calls it, with no flags: sorted, hidden files only where the pattern names the dot. */

/** nginx asks for a glob only where one of these stands in the path (ngx_conf_include). */
export const hasWildcard = (path: string): boolean => /[*?[]/.test(path);

/** @param pattern an absolute path, or one as the main file was named @returns the paths that match, sorted by their bytes as in the C locale */
export function glob(pattern: string, files: Pick<ConfigFiles, 'list'>): string[] {
  const parts = pattern.split('/');
  let found = [parts[0] === '' ? '' : null];
  const start = parts[0] === '' ? 1 : 0;
  for (const [index, part] of parts.slice(start).entries()) {
    const last = index === parts.length - start - 1;
    found = found.flatMap((folder) => step(folder, part, last, files));
  }
  return found.flatMap((path) => (path === null ? [] : [path])).toSorted((a, b) => (a < b ? -1 : 1));
}

/** @param folder null for the place where we are */
function step(folder: string | null, part: string, last: boolean, files: Pick<ConfigFiles, 'list'>): string[] {
  const join = (name: string): string => (folder === null ? name : `${folder}/${name}`);
  if (!hasWildcard(part) && !(last && part !== '')) return [join(part.replaceAll(/\\(.)/g, '$1'))];
  const wanted = partPattern(part);
  const names = files.list(folder === null ? '.' : folder === '' ? '/' : folder) ?? [];
  return names.filter((name) => wanted.test(name) && (!name.startsWith('.') || part.startsWith('.'))).map(join);
}

/** One part of a path as a pattern: `*`, `?`, `[a-z]`, `[!a]`, and a backslash that takes the next character as it is. */
export function partPattern(part: string): RegExp {
  let source = '';
  for (let at = 0; at < part.length; at++) {
    const char = part.charAt(at);
    const set = char === '[' ? /^\[[!^]?\]?[^\]]*\]/.exec(part.slice(at))?.[0] : undefined;
    if (char === '*') source += '[^]*';
    else if (char === '?') source += '[^]';
    else if (set !== undefined) {
      source += setPattern(set);
      at += set.length - 1;
    } else if (char === '\\' && at + 1 < part.length) source += literal(part.charAt(++at));
    else source += literal(char);
  }
  return new RegExp(`^${source}$`, 'u');
}

function setPattern(set: string): string {
  const negated = set[1] === '!' || set[1] === '^';
  const members = set.slice(negated ? 2 : 1, -1);
  const kept = members.replaceAll(/[\\\]^[]/g, '\\$&');
  try {
    const pattern = `[${negated ? '^' : ''}${kept}]`;
    return new RegExp(pattern, 'u').source;
  } catch {
    // A range that runs backwards matches nothing in glob(3).
    return '[]';
  }
}

const literal = (char: string): string => char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
