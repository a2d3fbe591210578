import { existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planReplacements, replaceAll, restoreAll, writeCopies } from '../../../src/commands/check/write-files.ts';
import { folderOf } from './run-check.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a copy in a folder of its own', () => {
  const placed = (folder: string, name: string) => ({
    path: join(folder, 'copy', name),
    bytes: bytes('b;'),
    original: join(folder, name),
  });

  it('that cannot be made whole is not there at all', () => {
    const folder = folderOf({ 'a.conf': 'a;' });
    const files = [placed(folder, 'a.conf'), placed(folder, 'gone.conf')];
    expect(() => writeCopies(join(folder, 'copy'), files)).toThrow('gone.conf cannot be written (ENOENT)');
    expect(existsSync(join(folder, 'copy'))).toBe(false);
  });

  it('of an earlier run stays where a new one cannot be made', () => {
    const folder = folderOf({ 'a.conf': 'a;', 'copy/a.conf': 'earlier' });
    const files = [placed(folder, 'gone.conf'), placed(folder, 'a.conf')];
    expect(() => writeCopies(join(folder, 'copy'), files)).toThrow('gone.conf cannot be written (ENOENT)');
    expect(readFileSync(join(folder, 'copy/a.conf'), 'utf8')).toBe('earlier');
  });
});

it('a link where the file is made first leads nowhere', () => {
  const folder = folderOf({ 'a.conf': 'a;', 'other.conf': 'other' });
  symlinkSync('other.conf', join(folder, `.hangup-${process.pid}.tmp`));
  const path = join(folder, 'a.conf');
  replaceAll(planReplacements([{ path, before: bytes('a;'), after: bytes('b;') }], () => false));
  expect(readFileSync(path, 'utf8')).toBe('b;');
  expect(readFileSync(join(folder, 'other.conf'), 'utf8')).toBe('other');
});

it('a file that is put back is the one that was there before, and needs no room for a second', () => {
  const folder = folderOf({ 'a.conf': 'a;' });
  const path = join(folder, 'a.conf');
  const replacements = planReplacements([{ path, before: bytes('a;'), after: bytes('b;') }], () => false);
  replaceAll(replacements);
  expect(readFileSync(path, 'utf8')).toBe('b;');
  const { ino } = statSync(`${path}.bak`);
  restoreAll(replacements);
  expect(readFileSync(path, 'utf8')).toBe('a;');
  expect(statSync(path).ino).toBe(ino);
  expect(existsSync(`${path}.bak`)).toBe(false);
});
