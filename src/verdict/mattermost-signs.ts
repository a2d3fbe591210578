import type { Header } from '../evidence/fact.ts';
import type { Timeline } from '../evidence/timeline.ts';

/** Whether the server is Mattermost, and how far the session got: the rules with Mattermost's own timers ask for it. */
export interface MattermostSigns {
  /** `spoke`: its own frames were seen. `url`: only the path looks like it. */
  readonly known: 'spoke' | 'url' | 'no';
  /** Whether the server greeted, which it does once it accepts the token; null where names were not kept. */
  readonly hello: boolean | null;
  /** When the client last sent a token in a frame, or null. */
  readonly challengeAt: number | null;
  readonly failReplyAt: number | null;
  /** The URL asks to resume an earlier connection (both parameters, with a connection id). */
  readonly resumes: boolean;
}

/** Events of Mattermost's server (FIELD-NOTES §1, "Frames"); a bare `{"status":"OK"}` or `typing` could be anybody's. */
const SERVER_NAMES: ReadonlySet<string> = new Set(['hello', 'posted', 'status_change']);

/** Close codes that Mattermost never originates: it only echoes them (FIELD-NOTES §1). */
export const NEVER_MATTERMOST: ReadonlySet<number> = new Set([1000, 1001, 1008, 1011, 1012]);

const CHALLENGE = 'action authentication_challenge';

export function mattermostSigns(timeline: Timeline, answer: readonly Header[]): MattermostSigns {
  const { firsts } = timeline.totals;
  const { path, query } = splitUrl(timeline.url);
  const firstOf = (name: string, from: 'client' | 'server'): number | null =>
    firsts[name] ?? timeline.frames.find((frame) => frame.name === name && frame.from === from)?.at ?? null;
  const hello = heardHello(timeline);
  const spoke =
    hello === true ||
    timeline.frames.some((frame) => frame.from === 'server' && frame.name !== null && SERVER_NAMES.has(frame.name)) ||
    answer.some(([name]) => name.toLowerCase() === 'x-version-id');
  return {
    known: spoke ? 'spoke' : /\/api\/v[34]\/(users\/)?websocket\/?$/.test(path) ? 'url' : 'no',
    hello,
    challengeAt: timeline.frames.findLast((frame) => frame.name === CHALLENGE)?.at ?? firstOf(CHALLENGE, 'client'),
    failReplyAt: firstOf('reply FAIL', 'server'),
    resumes: (query.get('connection_id') ?? '') !== '' && query.has('sequence_number'),
  };
}

/** null: the server sent data, but what it was is not known (`--payload none`, or a stream that was not followed). */
function heardHello(timeline: Timeline): boolean | null {
  const { firsts, server } = timeline.totals;
  if (firsts.hello !== undefined || timeline.facts.some((fact) => fact.kind === 'mattermost-hello')) return true;
  const data = timeline.frames.filter((frame) => frame.from === 'server' && frame.opcode <= 2);
  if (data.some((frame) => frame.name === 'hello')) return true;
  const control = timeline.frames.filter((frame) => frame.from === 'server' && frame.opcode > 2 && !frame.own).length;
  const none = server.frames - control <= 0 || data.every((frame) => frame.name !== null);
  return none && timeline.dropped.frames === 0 ? false : null;
}

function splitUrl(url: string): { path: string; query: URLSearchParams } {
  const [before = '', query = ''] = url.split('?', 2);
  return { path: before.replace(/^\w+:\/\/[^/]*/, ''), query: new URLSearchParams(query) };
}
