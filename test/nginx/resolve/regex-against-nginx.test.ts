import { afterAll, beforeAll, expect, it } from 'vitest';
import { asBytes, asText } from '../../../src/nginx/resolve/bytes.ts';
import { compileRegex } from '../../../src/nginx/resolve/regex/regex.ts';
import { describeWith } from '../../kit/needs.ts';
import { type Nginx, startNginx } from '../../kit/nginx.ts';
import { freePort } from '../../kit/ports.ts';
import { ask } from './ask.ts';
import { Dice } from './dice.ts';
import { generatedPattern, generatedText } from './generated-patterns.ts';
import { plainConf } from './plain-conf.ts';

const SEED = 20_260_102;
const PATTERNS = 200;
const TEXTS = 6;

describeWith('nginx', 'regular expressions, beside the PCRE of a real nginx', () => {
  const dice = new Dice(SEED);
  const patterns = Array.from(new Set(Array.from({ length: PATTERNS }, () => generatedPattern(dice))));
  let nginx: Nginx | undefined;
  let port: number;

  beforeAll(async () => {
    const locations = patterns.map((pattern, n) => `location = /${n} { ${asked(pattern)} }`).join('\n');
    port = await freePort();
    nginx = await startNginx({
      target: 1,
      port,
      conf: ({ folder }) => plainConf(folder, `server { listen 127.0.0.1:${port}; ${locations} }`),
    });
  });

  afterAll(() => nginx?.close());

  it('match the same and capture the same, over random patterns and texts', async () => {
    const different: string[] = [];
    let matched = 0;
    for (const [n, pattern] of patterns.entries()) {
      for (let count = 0; count < TEXTS; count++) {
        const text = generatedText(dice);
        const headers = [{ name: 'X-Text', value: text }];
        const request = {
          scheme: 'http',
          host: 'a',
          port,
          method: 'GET',
          target: `/${n}`,
          headers,
        } as const;
        const theirs = (await ask(request, port)).body;
        const ours = outcome(pattern, text);
        if (ours === 'unsure') continue;
        if (ours !== '-') matched++;
        if (ours !== theirs) different.push(`${pattern} on ${JSON.stringify(text)}: ours ${ours}, nginx ${theirs}`);
      }
    }
    expect(different).toEqual([]);
    expect(matched).toBeGreaterThan(PATTERNS);
  });
});

const asked = (pattern: string): string =>
  `if ($http_x_text ~ "${pattern.replaceAll('\\', '\\\\')}") { return 200 "=$1|$2|$3|$4|$5"; } return 200 "-";`;

function outcome(pattern: string, text: string): string {
  const regex = compileRegex(asBytes(pattern), false);
  if ('refused' in regex) return regex.refused;
  const match = regex.exec(asBytes(text));
  if (match === 'unsure') return match;
  return match === null ? '-' : asText(`=${[1, 2, 3, 4, 5].map((group) => match[group] ?? '').join('|')}`);
}
