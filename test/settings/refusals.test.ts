import { describe, expect, it } from 'vitest';
import { SettingsError } from '../../src/settings/source.ts';
import { load, type Sources } from './fixture.ts';

const yaml = (text: string): Sources => ({ files: { 'hangup.yaml': text } });
const GOOD_TAP = 'a,listen=8066,target=http://127.0.0.1:8065';
const flag = (...[name, value]: NonNullable<Sources['flags']>[number]): Sources => ({
  taps: [GOOD_TAP],
  flags: [[name, value]],
});

async function refusal(sources: Sources): Promise<string> {
  try {
    await load(sources);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('what the operator is told about a wrong setting', () => {
  it.each<[string, Sources, string]>([
    ['a bad flag', flag('keepalive', '30'), '--keepalive: "30" has no unit; did you mean 30s or off?'],
    ['a bad choice', flag('payload', 'all'), '--payload: "all" is not one of none, events, full'],
    ['a bad count', flag('max-connections', '0'), '--max-connections: "0" is not a whole number from 1 on, or none'],
    ['a drain beyond the contract', flag('drain', '11s'), '--drain: "11s" is out of range: 0s to 10s'],
    ['a disk too small', flag('max-disk', '10kB'), '--max-disk: "10kB" is too little; 1MB at least'],
    [
      'a bad variable',
      { taps: [GOOD_TAP], env: { HANGUP_KEEP: 'ever' } },
      'HANGUP_KEEP: "ever" is not a duration; write it as 250ms, 30s, 5m, 1h or 7d',
    ],
    [
      'a mistyped variable',
      { taps: [GOOD_TAP], env: { HANGUP_KEEPALIFE: '30s' } },
      'HANGUP_KEEPALIFE: no such setting; did you mean HANGUP_KEEPALIVE?',
    ],
    [
      'a mistyped key',
      yaml('page: off\nkeepalife: 30s\n'),
      'hangup.yaml:2:1: no setting "keepalife"; did you mean keepalive?',
    ],
    ['a key like none', yaml('  colour: red\n'), 'hangup.yaml:1:3: no setting "colour"'],
    [
      'a bad value in the file',
      yaml('listen: 8066\ntarget: 127.0.0.1:8065\n'),
      'hangup.yaml:2:9: tap gateway: target: "127.0.0.1:8065" has no scheme; did you mean http://127.0.0.1:8065?',
    ],
    [
      'a bad value in a tap of the file',
      yaml('taps:\n  - name: inner\n    listen: 8066\n    target: http://x\n    idle: 60\n'),
      'hangup.yaml:5:11: tap inner: idle: "60" has no unit; did you mean 60s?',
    ],
    [
      'a mistyped key of a tap in the file',
      yaml('taps:\n  - name: inner\n    lsiten: 8066\n'),
      'hangup.yaml:3:5: a tap has no key "lsiten"; did you mean listen?',
    ],
    ['a tap without a name', yaml('taps:\n  - listen: 8066\n'), 'hangup.yaml:2:5: this tap has no name'],
    [
      'a tap without a target',
      yaml('taps:\n  - name: a\n    listen: 8066\n'),
      'hangup.yaml:2:5: tap a: target: is missing',
    ],
    ['an empty list', yaml('taps: []\n'), 'hangup.yaml:1:1: taps: the list is empty'],
    ['taps that are no list', yaml('taps: inner\n'), 'hangup.yaml:1:1: taps: must be a list, one "- name: …" a tap'],
    ['a list of words', yaml('taps:\n  - inner\n'), 'hangup.yaml:2:5: a tap must be a mapping of names to values'],
    ['a key without a value', yaml('keepalive:\n'), 'hangup.yaml:1:1: keepalive: has no value'],
    ['brackets without quotes', yaml('listen: [::1]:8066\n'), expect.stringMatching(/^hangup\.yaml:1:\d+: not YAML: /)],
    [
      'a list where one value belongs',
      yaml('listen: [8066]\n'),
      'hangup.yaml:1:9: listen: must be a single value; put it in quotes',
    ],
    [
      'a boolean where text belongs',
      yaml(`listen: 8066\ntarget: true\n`),
      'hangup.yaml:2:9: tap gateway: target: must be text; put it in quotes',
    ],
    ['a file that is no mapping', yaml('- a\n- b\n'), 'hangup.yaml:1:1: the file must be a mapping of names to values'],
    ['a doubled key', yaml('page: off\npage: off\n'), 'hangup.yaml:2:1: not YAML: Map keys must be unique'],
    ['a named file that is not there', { config: 'no.yaml' }, 'no.yaml: cannot be read (ENOENT)'],
    [
      'nothing at all',
      {},
      expect.stringMatching(/^no tap to serve: give --listen .* --target .*, or taps in hangup\.yaml$/),
    ],
    ['half a tap', { flags: [['listen', '8066']] }, '--listen: needs --target beside it'],
    [
      'both forms at once',
      { taps: [GOOD_TAP], flags: [['behind', 'nginx']] },
      '--behind: belongs to the one tap "gateway"; where taps are listed, write it there',
    ],
    [
      'a tap without a name',
      { taps: ['listen=8066'] },
      '--tap: "listen=8066" must begin with the tap\'s name: NAME,listen=…,target=…',
    ],
    [
      'a mistyped key of --tap',
      { taps: ['a,behnd=nginx'] },
      '--tap: a: a tap has no key "behnd"; did you mean behind?',
    ],
    ['a doubled key of --tap', { taps: ['a,listen=1,listen=2'] }, '--tap: a: listen= is given twice'],
    ['a bare key of --tap', { taps: ['a,listen'] }, '--tap: a: listen= has no value'],
    [
      'a bad name',
      { taps: ['a b,listen=1,target=http://x'] },
      expect.stringMatching(/^--tap: tap a b: name: "a b" is not a name/),
    ],
    [
      'two taps of one name',
      { taps: ['a,listen=1001,target=http://x', 'a,listen=1002,target=http://y'] },
      '--tap: tap a: name: two taps are named "a"',
    ],
    [
      'two taps on one address',
      { taps: ['a,listen=:1001,target=http://x', 'b,listen=127.0.0.1:1001,target=http://y'] },
      '--tap: tap b: listen: tap "a" listens on [::]:1001 already',
    ],
    [
      'a tap on the page',
      { taps: ['a,listen=8067,target=http://x'] },
      '--tap: tap a: listen: the page listens on 127.0.0.1:8067 already',
    ],
    [
      'a tap to itself',
      { taps: ['a,listen=:8066,target=http://localhost:8066'] },
      '--tap: tap a: target: localhost:8066 is this tap itself',
    ],
    [
      'a tap to the page',
      { taps: ['a,listen=8066,target=http://127.0.0.1:8067'] },
      "--tap: tap a: target: 127.0.0.1:8067 is hangup's own page",
    ],
    [
      'a token that no header can hold',
      { taps: [GOOD_TAP], env: { HANGUP_TOKEN: 'pass word' } },
      'HANGUP_TOKEN: must be of printable ASCII characters without spaces',
    ],
    ['a page with half a certificate', flag('page', ':8067,cert=c.pem'), '--page: cert= needs key= beside it, or off'],
    [
      'a page with another key',
      flag('page', ':8067,crt=c.pem'),
      '--page: "crt=c.pem" is neither cert=FILE nor key=FILE, or off',
    ],
    [
      'a page with a certificate that is not there',
      flag('page', ':8067,cert=c.pem,key=k.pem'),
      expect.stringMatching(/^--page: \/.*\/c\.pem does not exist$/),
    ],
    [
      'a page under a URL',
      flag('page-host', 'https://chat.example.com'),
      '--page-host: "https://chat.example.com" is not a host name; write it without scheme and port, several with commas between',
    ],
    [
      'a circle of taps',
      { taps: ['a,listen=1001,target=http://127.0.0.1:1002', 'b,listen=1002,target=http://127.0.0.1:1001'] },
      '--tap: tap a: target: leads back to this tap: a → b → a',
    ],
    ['a certificate without a key', { taps: [`${GOOD_TAP},cert=c.pem`] }, '--tap: tap a: cert: needs key= beside it'],
    [
      'an authority for plain http',
      { taps: [`${GOOD_TAP},insecure`] },
      '--tap: tap a: insecure: is for an https target; this one is http',
    ],
    [
      'a certificate that is not there',
      yaml('taps:\n  - name: a\n    listen: 8066\n    target: http://x\n    cert: nowhere.pem\n    key: hangup.yaml\n'),
      expect.stringMatching(/^hangup\.yaml:5:11: tap a: cert: \/.*\/nowhere\.pem does not exist$/),
    ],
    [
      'a folder as a key',
      { taps: [`${GOOD_TAP},cert=.,key=.`] },
      expect.stringMatching(/^--tap: tap a: cert: \/.* is a folder, not a file$/),
    ],
    [
      'dead-after without pings',
      {
        taps: [GOOD_TAP],
        flags: [
          ['dead-after', '3'],
          ['keepalive', 'off'],
        ],
      },
      '--dead-after: missed pongs can only be counted with keepalive on',
    ],
  ])('%s', async (_, sources, message) => {
    expect(await refusal(sources)).toEqual(message);
  });

  it('leaves variables alone that others set for a service called hangup', async () => {
    const env = { HANGUP_SERVICE_HOST: '10.0.0.1', HANGUP_PORT: 'tcp://10.0.0.1:8066', HANGUP_KEEP: '' };
    expect(await refusal({ taps: [GOOD_TAP], env })).toBe('accepted');
  });

  it('lets two taps follow each other, for that is how the edge and the inner tap stand', async () => {
    const taps = ['edge,listen=1001,target=http://127.0.0.1:1002', 'inner,listen=1002,target=http://127.0.0.1:8065'];
    expect(await refusal({ taps })).toBe('accepted');
  });

  it('every sentence is one line', async () => {
    expect(await refusal(yaml('a: "x\n  b: c\n'))).not.toContain('\n');
  });
});
