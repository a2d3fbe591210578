import type { Header, UpgradeAnswered, UpgradeRequested } from '../../evidence/fact.ts';
import type { ConnectionRow } from '../../evidence/journal-reader.ts';
import type { Timeline } from '../../evidence/timeline.ts';
import type { Verdict } from '../../verdict/verdict.ts';
import { howCell, whoWords } from '../../words/codes.ts';
import { factLine, frameLine, type Line } from '../../words/fact-words.ts';
import { harmless } from '../../words/harmless.ts';
import { clock, grouped, relative, span } from '../../words/times.ts';
import { CERTAINTY_TONE, type Paint } from './paint.ts';
import { padEnd, padStart, wrap } from './width.ts';

/** Everything known of one connection, for `report --connection ID`. */
export interface Story {
  readonly row: ConnectionRow;
  /** null when the journal has forgotten it meanwhile. */
  readonly timeline: Timeline | null;
  /** null while it is open. */
  readonly verdict: Verdict | null;
}

const INDENT = '  ';

/** Sections of lines, each with its title. @param width of the terminal @param now ms since the epoch */
export function renderStory(story: Story, width: number, now: number, paint: Paint): string[] {
  const { row, timeline, verdict } = story;
  const close = row.closedAt ?? now;
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', paint('strong', title), ...lines];
  const request = timeline?.facts.find((fact) => fact.kind === 'upgrade-request');
  const answer = timeline?.facts.find((fact) => fact.kind === 'upgrade-answer');
  return [
    ...opening(story, now, paint),
    ...(verdict === null ? [] : section('Verdict', verdictLines(verdict, width, paint))),
    ...section('Request as received', request === undefined ? [] : requestLines(request)),
    ...section('Answer', answer === undefined ? [] : answerLines(answer, width)),
    ...section(
      verdict === null ? 'Until now' : 'What happened, in time before (-) and after (+) the close',
      timeline === null ? [] : momentLines(timeline, close, paint),
    ),
    ...section('Evidence', verdict === null ? [] : evidenceLines(verdict, close, width)),
    ...section('Ruled out', verdict === null ? [] : ruledOutLines(verdict, width)),
    ...section('Idle', verdict === null ? [] : idleLines(verdict)),
  ];
}

function opening({ row, verdict }: Story, now: number, paint: Paint): string[] {
  const client =
    row.forwardedFor === null ? harmless(row.peer) : `${harmless(row.forwardedFor)} (through ${harmless(row.peer)})`;
  const ended = row.closedAt === null ? 'still open' : `closed ${clock(row.closedAt, now)}`;
  const lived = span((row.closedAt ?? now) - row.openedAt);
  return [
    paint('strong', `Connection ${harmless(row.id)}`),
    ...labelled([
      ['tap', harmless(row.tap)],
      ['url', harmless(row.url)],
      ['client', client],
      ['agent', row.userAgent === null ? null : harmless(row.userAgent)],
      ['trace', row.trace === null ? null : harmless(row.trace)],
      ['time', `opened ${clock(row.openedAt, now)}, ${ended}, ${row.closedAt === null ? 'for' : 'lived'} ${lived}`],
      [
        'frames',
        verdict === null
          ? null
          : `${grouped(verdict.frames.client)} from the client, ${grouped(verdict.frames.server)} from the server`,
      ],
    ]),
  ];
}

function verdictLines(verdict: Verdict, width: number, paint: Paint): string[] {
  const { cause, refusal, certainty, remedy, witness, closeReason } = verdict;
  const reason = closeReason === null || closeReason === '' ? '' : ` "${harmless(closeReason)}"`;
  return [
    ...indented(harmless(verdict.summary), width),
    ...labelled([
      ['who', whoWords(verdict)],
      ['how', `${howCell(verdict)}${reason}`],
      ['why', refusal == null ? cause : `${cause}: ${refusal}`],
      ['sure', paint(CERTAINTY_TONE[certainty], certainty)],
    ]),
    ...titled('What to change:', remedy, width),
    ...titled('What would settle it:', witness, width),
  ];
}

function requestLines(request: UpgradeRequested): string[] {
  const line = `${harmless(request.method)} ${harmless(request.url)} HTTP/${harmless(request.httpVersion)}`;
  return [INDENT + line, ...headerLines(request.headers)];
}

function answerLines(answer: UpgradeAnswered, width: number): string[] {
  const line = `HTTP/${harmless(answer.httpVersion)} ${answer.status} ${harmless(answer.reason)}`.trimEnd();
  return [
    INDENT + line + (answer.own ? '   (written by hangup)' : ''),
    ...headerLines(answer.headers),
    ...(answer.body === null || answer.body === '' ? [] : ['', ...indented(harmless(answer.body), width)]),
  ];
}

/** As they stood on the wire: order, case and duplicates. */
const headerLines = (headers: readonly Header[]): string[] =>
  headers.map(([name, value]) => `${INDENT}${harmless(name)}: ${harmless(value)}`);

/** Facts and frames of both legs in one order. */
function momentLines(timeline: Timeline, close: number, paint: Paint): string[] {
  const moments = [...timeline.facts.map(factLine), ...timeline.frames.map(frameLine)].sort((a, b) => a.at - b.at);
  const times = moments.map(({ at }) => relative(at, close));
  const timeWidth = Math.max(...times.map((time) => time.length), 0);
  const { frames, facts } = timeline.dropped;
  const missing = [
    ...(frames === 0 ? [] : [`${grouped(frames)} earlier frames`]),
    ...(facts === 0 ? [] : [`${grouped(facts)} facts in the middle`]),
  ];
  return [
    ...(missing.length === 0 ? [] : [paint('faint', `${INDENT}(${missing.join(' and ')} not shown)`)]),
    ...moments.map((moment, i) => momentLine(moment, padStart(times[i] ?? '', timeWidth), paint)),
  ];
}

function momentLine({ where, says, ending }: Line, time: string, paint: Paint): string {
  return `${INDENT}${time}  ${padEnd(where, 6)}  ${ending ? paint('strong', says) : says}`;
}

function evidenceLines({ evidence }: Verdict, close: number, width: number): string[] {
  return evidence.flatMap(({ at, source, says }) => {
    const [first = '', ...rest] = wrap(
      `${relative(Date.parse(at), close)}  ${harmless(source)}: ${harmless(says)}`,
      width - 4,
    );
    return [`${INDENT}${first}`, ...rest.map((line) => `${INDENT}${INDENT}${line}`)];
  });
}

function ruledOutLines({ ruledOut }: Verdict, width: number): string[] {
  return ruledOut.flatMap(({ who, because }) => {
    const [first = '', ...rest] = wrap(`${harmless(who)}: ${harmless(because)}`, width - 4);
    return [`${INDENT}${first}`, ...rest.map((line) => `${INDENT}${INDENT}${line}`)];
  });
}

function idleLines({ idle }: Verdict): string[] {
  const said = (ms: number | null): string | null => (ms === null ? null : span(ms));
  return labelled([
    ['since the last byte from the client', said(idle.clientMs)],
    ['since the last byte from the server', said(idle.serverMs)],
    ["since any byte, hangup's pings included", said(idle.anyMs)],
    ["longest gap without hangup's pings", span(idle.longestNaturalGapMs)],
  ]);
}

function labelled(pairs: readonly (readonly [label: string, value: string | null])[]): string[] {
  const shown = pairs.flatMap(([label, value]) => (value === null ? [] : [[label, value] as const]));
  const width = Math.max(...shown.map(([label]) => label.length), 0);
  return shown.map(([label, value]) => `${INDENT}${padEnd(label, width)}  ${value}`);
}

const indented = (text: string, width: number): string[] =>
  wrap(text, width - INDENT.length).map((line) => INDENT + line);

const titled = (title: string, text: string | null, width: number): string[] =>
  text === null ? [] : [INDENT + title, ...wrap(harmless(text), width - 4).map((line) => INDENT + INDENT + line)];
