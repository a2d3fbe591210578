import { describe, expect, it } from 'vitest';
import { type GivenDump, givenDump } from '../../src/nginx/given-dump.ts';

/** A dump as operators save and cut it. */

const TEXT =
  '# configuration file /etc/nginx/nginx.conf:\nevents {}\n\n# configuration file /etc/nginx/chat.conf:\n# caf\u00e9\n\n';
const utf8 = new TextEncoder();

function read(text: string | Uint8Array): GivenDump {
  const dump = givenDump(typeof text === 'string' ? utf8.encode(text) : text, 'dump.txt');
  if (dump === null) throw new Error('it was not taken for a dump');
  return dump;
}

const textsOf = ({ files }: GivenDump): string[] => [...files.values()].map((bytes) => new TextDecoder().decode(bytes));

/** As Windows PowerShell writes what `>` takes. */
const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le'));

describe('a dump', () => {
  it.each([
    ['as nginx wrote it', TEXT],
    ['with a byte order mark', `\ufeff${TEXT}`],
    ['in UTF-16', utf16(TEXT)],
    ['in UTF-16, the other way around', new Uint8Array(Buffer.from(utf16(TEXT)).swap16())],
  ])('is read %s', (_how, text) => {
    const dump = read(text);
    expect([...dump.files.keys()]).toEqual(['/etc/nginx/nginx.conf', '/etc/nginx/chat.conf']);
    expect(textsOf(dump)).toEqual(['events {}\n', '# caf\u00e9\n']);
    expect(dump.notes).toEqual([]);
  });

  it('of Windows has names that its own includes find', () => {
    const { files } = read('# configuration file C:\\nginx-1.24.0/conf/nginx.conf:\r\nevents {}\r\n');
    expect([...files.keys()]).toEqual(['C:/nginx-1.24.0/conf/nginx.conf']);
  });

  it('whose top is missing says which line belongs to nobody', () => {
    const { notes } = read(`    server_name chat.example.com; # ours\n}\n${TEXT}`);
    expect(notes).toEqual([
      { file: '/etc/nginx/nginx.conf', line: 1, column: 1, says: expect.stringMatching(/^line 1 of dump\.txt stands/) },
    ]);
  });

  it('takes what nginx and the shell say before it for no configuration', () => {
    const said = [
      '$ sudo nginx -T 2>&1',
      '[sudo] password for admin:',
      'nginx version: nginx/1.22.1',
      'built with OpenSSL 3.0.11 19 Sep 2023',
      "configure arguments: --with-cc-opt='-g -O2;'",
      '2026/11/23 14:04:29 [warn] 11031#11031: conflicting server name "a{2}" on 0.0.0.0:80, ignored {}',
      'nginx: [warn] the "listen ... http2" directive is deprecated, use the "http2" directive instead;',
    ];
    expect(read(`${said.join('\n')}\n${TEXT}`).notes).toEqual([]);
  });

  it('is not what only looks so in the middle of a line', () => {
    expect(givenDump(utf8.encode('a 1; # configuration file /etc/nginx/nginx.conf:\n'), 'a.conf')).toBeNull();
  });
});
