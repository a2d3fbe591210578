import { describe, expect, it } from 'vitest';
import {
  hasLost,
  isDump,
  isText,
  isTooLarge,
  isWanted,
  lineCount,
  textOf,
  withFiles,
} from '../../../../src/inspector/page/check/given.ts';

const file = (name: string, text = 'events {}') => ({ name, text });
const names = (files: readonly { name: string }[]) => files.map(({ name }) => name);

describe('of dropped files', () => {
  it('nginx.conf is the main one, that of the upper folder before a backup further down', () => {
    const files = [file('nginx/old/nginx.conf'), file('nginx/conf.d/chat.conf'), file('nginx/nginx.conf')];
    expect(names(withFiles([], files))[0]).toBe('nginx/nginx.conf');
  });

  it('a dump is the main one, for it holds everything', () => {
    const dump = file('out.txt', '# configuration file /etc/nginx/nginx.conf:\nevents {}\n');
    expect(isDump(dump)).toBe(true);
    expect(names(withFiles([file('nginx.conf')], [dump]))[0]).toBe('out.txt');
  });

  it('the first is the main one where none has a telling name', () => {
    expect(names(withFiles([], [file('chat.conf'), file('map.conf')]))).toEqual(['chat.conf', 'map.conf']);
  });

  it('one of the same name takes the place of the old one, an empty one none', () => {
    const files = withFiles([file('nginx.conf', 'old')], [file('nginx.conf', 'new'), file('empty.conf', ' \n')]);
    expect(files).toEqual([{ name: 'nginx.conf', text: 'new' }]);
  });

  it.each([
    'nginx/ssl/chat.example.com.key',
    'privkey.pem',
    'fullchain.crt',
    '.htpasswd',
    'nginx/htpasswd.users',
    'id_ed25519',
    'site.p12',
  ])('a secret is never read: %s', (name) => {
    expect(isWanted(name, 100)).toBe(false);
  });

  it.each(['logo.png', 'access.log', 'nginx/.git/config', 'index.html'])(
    'what is no configuration is left out: %s',
    (name) => {
      expect(isWanted(name, 100)).toBe(false);
    },
  );

  it.each([
    'nginx.conf',
    'sites-enabled/default',
    'conf.d/chat.conf.template',
    'mime.types',
    'proxy_params',
    'dump.txt',
  ])('a configuration is read, whatever its name: %s', (name) => {
    expect(isWanted(name, 100)).toBe(true);
    expect(isWanted(name, 5 * 1024 * 1024)).toBe(false);
  });

  it('what holds a NUL is no text', () => {
    expect(isText('listen 80;')).toBe(true);
    expect(isText('a\0b')).toBe(false);
  });
});

it('lines are counted as an editor counts them', () => {
  expect(lineCount('a\nb\n')).toBe(2);
  expect(lineCount('a\nb')).toBe(2);
  expect(lineCount('')).toBe(1);
});

describe('the bytes of a dropped file', () => {
  const utf8 = (text: string) => new TextEncoder().encode(text);
  const utf16 = (text: string) => new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le'));
  const DUMP = '# configuration file /etc/nginx/nginx.conf:\r\nevents {}\r\n';

  it('keep a byte order mark, which nginx refuses', () => {
    expect(textOf(utf8('\ufeffevents {}'))).toBe('\ufeffevents {}');
  });

  it.each([
    ['UTF-16', utf16(DUMP)],
    ['UTF-16, the other way around', new Uint8Array(Buffer.from(utf16(DUMP)).swap16())],
    ['UTF-8 with a mark', utf8(`\ufeff${DUMP}`)],
  ])('are a dump, though Windows saved it in %s', (_encoding, bytes) => {
    expect(textOf(bytes)).toBe(DUMP);
  });

  it('are no configuration in UTF-16, which nginx cannot read, nor with a NUL', () => {
    expect(textOf(utf16('events {}'))).toBeNull();
    expect(textOf(utf8('events {}\0'))).toBeNull();
  });

  it('are known not to be whole where some were no UTF-8', () => {
    expect(hasLost(textOf(new Uint8Array([0x23, 0xe9, 0x0a])) ?? '')).toBe(true);
    expect(hasLost(textOf(utf8('# caf\u00e9\n')) ?? '')).toBe(false);
  });

  it('may be too many, which is no reason to call them no configuration', () => {
    expect(isTooLarge('nginx.conf', 5 * 1024 * 1024)).toBe(true);
    expect(isTooLarge('nginx.conf', 1024)).toBe(false);
    expect(isTooLarge('logo.png', 5 * 1024 * 1024)).toBe(false);
  });
});
