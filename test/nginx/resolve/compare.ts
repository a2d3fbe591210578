import { CLIENT_ADDRESS } from '../../../src/nginx/resolve/built-in.ts';
import type { Outcome, Resolution } from '../../../src/nginx/resolve/types.ts';
import type { Answer } from './ask.ts';

/** What a request came to, in words that nginx's answer and a resolution have in common. */
export function told(resolution: Resolution): string {
  return outcomeTold(resolution.outcome);
}

function outcomeTold(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'proxy': {
      const headers = outcome.headers.map(({ name, value }) => `${name}: ${value ?? '(unknown)'}`);
      // The test's own requests come from here.
      const text = [`${outcome.target ?? '(unknown)'} HTTP/${outcome.httpVersion ?? '?'}`, ...headers].join('\n');
      return text.replaceAll(CLIENT_ADDRESS, '127.0.0.1');
    }
    case 'answer':
      if (outcome.to !== null) return `${outcome.status} to ${outcome.to.trimEnd()}`;
      return outcome.status === 200 ? `200 ${outcome.by.args[1]?.text ?? ''}` : String(outcome.status);
    case 'files':
      return '404';
    case 'other':
      return `other ${outcome.by.name}`;
    case 'unknown':
      return `unknown: ${outcome.because}`;
  }
}

/** The same of what nginx did. */
export function seen(answer: Answer): string {
  if (answer.echoed !== null) {
    const [, ...line] = answer.echoed.startLine.split(' ');
    const headers = answer.echoed.headers.map(([name, value]) => `${name}: ${value}`);
    return Buffer.from([line.join(' '), ...headers].join('\n'), 'latin1').toString('utf8');
  }
  // nginx closes without a word.
  if (answer.status === 0) return '444';
  if (answer.location !== null) return `${answer.status} to ${answer.location}`;
  return answer.status === 200 ? `200 ${answer.body}` : String(answer.status);
}
