import { describe, expect, it } from 'vitest';
import { formatTarget, parseTarget } from '../../src/settings/target.ts';

describe('targets', () => {
  it.each([
    ['http://127.0.0.1:8065', { secure: false, host: '127.0.0.1', port: 8065 }],
    ['https://chat.example.com/', { secure: true, host: 'chat.example.com', port: 443 }],
    ['HTTP://[::1]', { secure: false, host: '::1', port: 80 }],
  ])('%s is understood', (text, value) => {
    expect(parseTarget(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['127.0.0.1:8065', 'did you mean http://127.0.0.1:8065?'],
    ['localhost:8065', 'did you mean http://localhost:8065?'],
    ['wss://chat.example.com', 'write https://chat.example.com'],
    ['ftp://x', 'http or https'],
    ['http://a:b@c', 'no user name or password'],
    ['http://c/mattermost', 'has a path'],
    ['http://c/?x', 'has a path'],
    ['http://c:0', 'port 0'],
    ['http://', 'is not a URL'],
    ['http://c:99999', 'is not a URL'],
  ])('%s is refused and says why', (text, says) => {
    expect(parseTarget(text)).toEqual({ ok: false, says: expect.stringContaining(says) });
  });

  it('is written with its port', () => {
    expect(formatTarget({ secure: true, host: '::1', port: 443 })).toBe('https://[::1]:443');
  });
});
