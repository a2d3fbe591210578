import { describe, expect, it } from 'vitest';
import { unpack } from '../../../src/inspector/check/given-files.ts';
import { type ReadGiven, readGiven } from '../../../src/inspector/check/read-given.ts';

/** Reads files that somebody dropped, the main one first. */
function read(files: Readonly<Record<string, string>>): ReadGiven {
  const given = readGiven(unpack(Object.entries(files).map(([name, text]) => ({ name, text }))));
  if (given === null) throw new Error('nothing was given');
  return given;
}

const opened = ({ configuration }: ReadGiven): string[] => configuration.files.map(({ name }) => name);

const CHAT = 'server { listen 80; }';

describe('a file that was dropped is taken for the one that nginx includes', () => {
  it('when its bare name is the name that is included', () => {
    const given = read({ 'nginx.conf': 'http { include /etc/nginx/mime.types; }', 'mime.types': 'types {}' });
    expect(opened(given)).toEqual(['nginx.conf', '/etc/nginx/mime.types']);
    expect(given.givenAs('/etc/nginx/mime.types')).toBe('mime.types');
    expect(given.givenAs('nginx.conf')).toBeNull();
    expect(given.missing).toEqual([]);
    expect(given.unread).toEqual([]);
  });

  it('when it came with its folder', () => {
    const given = read({
      'nginx/nginx.conf': 'http { include /etc/nginx/conf.d/*.conf; include snippets/tls.conf; }',
      'nginx/conf.d/chat.conf': CHAT,
      'nginx/snippets/tls.conf': 'ssl_session_cache off;',
    });
    expect(opened(given)).toEqual(['nginx/nginx.conf', '/etc/nginx/conf.d/chat.conf', 'nginx/snippets/tls.conf']);
    expect(given.missing).toEqual([]);
  });

  it('when one pattern alone fits its bare name', () => {
    const given = read({
      'nginx.conf': 'http { include /etc/nginx/conf.d/*.conf; include /etc/nginx/modules/*.load; }',
      'chat.conf': CHAT,
      'other.conf': CHAT,
    });
    expect(opened(given)).toEqual(['nginx.conf', '/etc/nginx/conf.d/chat.conf', '/etc/nginx/conf.d/other.conf']);
    expect(given.givenAs('/etc/nginx/conf.d/chat.conf')).toBe('chat.conf');
    expect(given.missing).toEqual(['/etc/nginx/modules/*.load']);
  });

  it('when only the included file says where it belongs', () => {
    const given = read({
      'nginx.conf': 'http { include /etc/nginx/conf.d/*.conf; }',
      'chat.conf': 'server { include /etc/nginx/snippets/*.inc; }',
      'headers.inc': 'proxy_set_header Host $host;',
    });
    expect(opened(given)).toEqual(['nginx.conf', '/etc/nginx/conf.d/chat.conf', '/etc/nginx/snippets/headers.inc']);
  });
});

describe('a file is not taken for another', () => {
  it('when two patterns fit its bare name: whoever gave it must say', () => {
    const files = {
      'nginx.conf': 'http { include /etc/nginx/conf.d/*.conf; include /etc/nginx/sites-enabled/*; }',
      'chat.conf': CHAT,
    };
    const given = read(files);
    expect(opened(given)).toEqual(['nginx.conf']);
    expect(given.unread).toEqual(['chat.conf']);
    expect(given.missing).toEqual(['/etc/nginx/conf.d/*.conf', '/etc/nginx/sites-enabled/*']);
    const { 'chat.conf': text, ...main } = files;
    expect(opened(read({ ...main, '/etc/nginx/sites-enabled/chat.conf': text }))).toEqual([
      'nginx.conf',
      '/etc/nginx/sites-enabled/chat.conf',
    ]);
  });

  it('when two of the same name fit equally well', () => {
    const given = read({
      'nginx.conf': 'http { include /etc/nginx/conf.d/chat.conf; }',
      'old/conf.d/chat.conf': CHAT,
      'new/conf.d/chat.conf': CHAT,
    });
    expect(opened(given)).toEqual(['nginx.conf']);
    expect(given.missing).toEqual(['/etc/nginx/conf.d/chat.conf']);
  });

  it('when its folder has another name', () => {
    const given = read({ 'nginx.conf': 'http { include /etc/nginx/chat.conf; }', 'backup/chat.conf': CHAT });
    expect(opened(given)).toEqual(['nginx.conf']);
    expect(given.unread).toEqual(['backup/chat.conf']);
  });
});

it('a pattern that nothing fits is said, at its line: nginx would take it for empty, and we do not know', () => {
  const given = read({ 'nginx.conf': 'http {\n    include /etc/nginx/conf.d/*.conf;\n}\n' });
  expect(given.configuration.notes).toEqual([
    {
      file: 'nginx.conf',
      line: 2,
      column: 13,
      says: '/etc/nginx/conf.d/*.conf was not given: what stands in it is not known',
    },
  ]);
});

it('in a dump of nginx -T such a pattern is empty, and nothing is missing', () => {
  const main = 'http {\n    include /etc/nginx/conf.d/*.conf;\n    include /etc/nginx/mime.types;\n}\n';
  const dump = `nginx version: nginx/1.22.1\n# configuration file /etc/nginx/nginx.conf:\n${main}\n# configuration file /etc/nginx/mime.types:\ntypes {}\n\n`;
  const given = read({ 'pasted.txt': dump });
  expect(opened(given)).toEqual(['/etc/nginx/nginx.conf', '/etc/nginx/mime.types']);
  expect(given.missing).toEqual([]);
  expect(given.configuration.notes).toEqual([]);
  expect(given.givenAs('/etc/nginx/mime.types')).toBeNull();
  expect(unpack([{ name: 'pasted.txt', text: dump }]).chatter).toEqual(['nginx version: nginx/1.22.1']);
});

it('changed files are read in the place of the given ones', () => {
  const given = read({ 'nginx.conf': 'http { include /etc/nginx/conf.d/*.conf; }', 'chat.conf': CHAT });
  const changed = new TextEncoder().encode('server { listen 81; }');
  const again = given.reread(new Map([['/etc/nginx/conf.d/chat.conf', changed]]));
  expect(again.files.map((file) => file.text())).toEqual([
    'http { include /etc/nginx/conf.d/*.conf; }',
    'server { listen 81; }',
  ]);
});
