import { parseSize } from '../directives/values.ts';
import { replaceDirective, replaceWord } from '../fix/edits.ts';
import type { Effective } from '../resolve/types.ts';
import { proxiedSockets } from './proxied-sockets.ts';
import type { Rule, RuleFinding } from './rule.ts';
import { mayBeUnread } from './unread.ts';

/** nginx's own: `large_client_header_buffers 4 8k`. One header line must fit into one of them. */
const LINE_BYTES = 8 * 1024;
/** Half of nginx's own 4 × 8k: cookies of a company's single sign-on, beside the browser's other lines. */
const HEAD_BYTES = 16 * 1024;
/** nginx's own on most machines is one page. */
const ANSWER_BYTES = 4 * 1024;

export const headerBuffers: Rule = {
  id: 'WS036',
  severity: 'warning',
  title: 'A buffer is too small for the headers of an upgrade',
  why: 'The browser sends every cookie of the domain with the upgrade: too many for the request’s buffers is 400 before Mattermost hears of it, and an answer too big for proxy_buffer_size is 502 after Mattermost has opened the socket.',
  *check(view) {
    for (const { resolution } of proxiedSockets(view)) {
      const request = smallRequest(resolution.effective);
      if (request !== null) yield request;
      const answer = smallAnswer(resolution.effective);
      if (answer !== null) yield answer;
    }
  },
};

/** A head that fits whole into client_header_buffer_size needs none of the large ones (ngx_http_request.c). */
function smallRequest(effective: Effective): RuleFinding | null {
  const { words, from } = effective.setting('large_client_header_buffers');
  const count = Number(words[0]);
  const size = parseSize(words[1] ?? '');
  const whole = effective.size('client_header_buffer_size').bytes;
  if (from === 'default' || size === null || whole === null || !Number.isInteger(count)) return null;
  if (mayBeUnread(effective, 'large_client_header_buffers')) return null;
  if (whole >= HEAD_BYTES || (size >= LINE_BYTES && count * size >= HEAD_BYTES)) return null;
  const line = 'large_client_header_buffers 4 8k;';
  return {
    at: from.span,
    summary: `large_client_header_buffers is ${words.join(' ')}: a Cookie line of more than ${words[1]}, or a head of more than ${count} × ${words[1]}, is refused with 400.`,
    fix: line,
    edits: [replaceDirective(from, [line])],
  };
}

function smallAnswer(effective: Effective): RuleFinding | null {
  const { bytes, from } = effective.size('proxy_buffer_size');
  if (from === 'default' || bytes === null || bytes >= ANSWER_BYTES) return null;
  if (mayBeUnread(effective, 'proxy_buffer_size')) return null;
  const [word] = from.args;
  const others = ['proxy_buffers', 'proxy_busy_buffers_size'].some((name) => effective.one(name) !== null);
  return {
    at: from.span,
    measured: 'answer-headers',
    summary: `proxy_buffer_size is ${word?.text}: a 101 with more headers than that becomes 502.`,
    fix: 'proxy_buffer_size 8k;',
    // nginx refuses a proxy_buffer_size that does not fit the other two.
    ...(others || word === undefined ? {} : { edits: [replaceWord(word, '8k')] }),
  };
}
