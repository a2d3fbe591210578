import { describe, expect, it } from 'vitest';
import { formatKeepalive, parseKeepalive } from '../../src/settings/keepalive.ts';

describe('keepalive', () => {
  it.each([
    ['30s', { client: 30_000, server: 30_000 }],
    ['off', { client: null, server: null }],
    ['client=30s,server=off', { client: 30_000, server: null }],
    ['server=500ms', { client: null, server: 500 }],
  ])('%s is understood', (text, value) => {
    expect(parseKeepalive(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['30', '"30" has no unit; did you mean 30s or off?'],
    ['0s', 'out of range'],
    ['25d', 'out of range'],
    ['proxy=30s', '"proxy" is not a leg; the legs are client and server'],
    ['client=30s,client=off', 'names the client leg twice'],
    ['client=', 'is not a duration'],
  ])('%s is refused', (text, says) => {
    expect(parseKeepalive(text)).toEqual({ ok: false, says: expect.stringContaining(says) });
  });

  it.each(['30s', 'off', 'client=30s,server=off'])('%s is written as it is read', (text) => {
    const result = parseKeepalive(text);
    expect(result.ok && formatKeepalive(result.value)).toBe(text);
  });
});
