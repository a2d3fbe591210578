import { type ByteSet, type Node, type Place, WORD } from './syntax.ts';

/**
 * A backtracking matcher, as PCRE is one: every node becomes a function that matches at a place and then asks the function
 * of what follows. It counts its steps, since a pattern of a configuration may need more than anybody has time for, and
 * JavaScript's own engine cannot be stopped.
 */

/** Far above what a sane pattern needs for a line of 8 KiB (large_client_header_buffers), about 10 ms. */
const STEP_LIMIT = 300_000;
/** Iterations of groups within each other: each takes some frames of the stack. */
const DEPTH_LIMIT = 1_000;

class Exhausted extends Error {}

interface Attempt {
  readonly text: string;
  /** Start and end of each group, -1 where it took no part. */
  readonly captures: Int32Array;
  readonly opened: Int32Array;
  /** Of each repeat of more than a byte: how often so far, and where the last time began. */
  readonly counts: Int32Array;
  readonly starts: Int32Array;
  steps: number;
  depth: number;
}

type Matcher = (attempt: Attempt, at: number) => boolean;

export interface Program {
  readonly run: Matcher;
  readonly groups: number;
  readonly repeats: number;
  readonly anchored: boolean;
}

export function compile(root: Node, groups: number): Program {
  const compiler = new Compiler();
  const run = compiler.node(root, (attempt, at) => {
    attempt.captures[1] = at;
    return true;
  });
  return { run, groups, repeats: compiler.repeats, anchored: isAnchored(root) };
}

/** @returns start and end of the match and of every group, null for no match, `unsure` when it takes too long */
export function execute(program: Program, text: string): Int32Array | null | 'unsure' {
  const attempt: Attempt = {
    text,
    captures: new Int32Array(2 * (program.groups + 1)).fill(-1),
    opened: new Int32Array(program.groups + 1),
    counts: new Int32Array(program.repeats),
    starts: new Int32Array(program.repeats),
    steps: 0,
    depth: 0,
  };
  const last = program.anchored ? 0 : text.length;
  try {
    for (let start = 0; start <= last; start++) {
      if (program.run(attempt, start)) {
        attempt.captures[0] = start;
        return attempt.captures;
      }
    }
  } catch (error) {
    // A pattern of thousands of pieces in a row is thousands of calls within each other: the stack ends with a RangeError.
    if (error instanceof Exhausted || error instanceof RangeError) return 'unsure';
    throw error;
  }
  return null;
}

function isAnchored(node: Node): boolean {
  switch (node.kind) {
    case 'place':
      return node.at === 'start';
    case 'group':
    case 'atomic':
      return isAnchored(node.body);
    case 'choice':
      return node.of.every(isAnchored);
    case 'sequence':
      return node.parts[0] !== undefined && isAnchored(node.parts[0]);
    default:
      return false;
  }
}

const matchesHere: Matcher = () => true;

class Compiler {
  repeats = 0;

  node(node: Node, next: Matcher): Matcher {
    switch (node.kind) {
      case 'byte':
        return one(node.set, next);
      case 'literal':
        return (attempt, at) => attempt.text.startsWith(node.bytes, at) && next(attempt, at + node.bytes.length);
      case 'sequence':
        return node.parts.reduceRight<Matcher>((rest, part) => this.node(part, rest), next);
      case 'choice':
        return this.#choice(node.of, next);
      case 'repeat':
        return this.#repeat(node, next);
      case 'group':
        return this.#group(node.index, node.body, next);
      case 'atomic': {
        const inside = this.#alone(node.body);
        return (attempt, at) => {
          const before = attempt.captures.slice();
          const end = inside(attempt, at);
          if (end !== null && next(attempt, end)) return true;
          attempt.captures.set(before);
          return false;
        };
      }
      case 'look':
        return this.#look(node, next);
      case 'back':
        return back(node.index, node.caseless, next);
      case 'place':
        return (attempt, at) => isPlace(attempt.text, at, node.at) && next(attempt, at);
    }
  }

  #choice(of: readonly Node[], next: Matcher): Matcher {
    const matchers = of.map((node) => this.node(node, next));
    return (attempt, at) => {
      step(attempt);
      for (const matcher of matchers) if (matcher(attempt, at)) return true;
      return false;
    };
  }

  #group(index: number, body: Node, next: Matcher): Matcher {
    const start = 2 * index;
    const inside = this.node(body, (attempt, at) => {
      const { captures } = attempt;
      const [oldStart = -1, oldEnd = -1] = [captures[start], captures[start + 1]];
      captures[start] = attempt.opened[index] ?? at;
      captures[start + 1] = at;
      if (next(attempt, at)) return true;
      captures[start] = oldStart;
      captures[start + 1] = oldEnd;
      return false;
    });
    return (attempt, at) => {
      const before = attempt.opened[index] ?? 0;
      attempt.opened[index] = at;
      if (inside(attempt, at)) return true;
      attempt.opened[index] = before;
      return false;
    };
  }

  /** Matches a part by itself: once matched, it is never asked again. @returns where it ended, or null */
  #alone(body: Node): (attempt: Attempt, at: number) => number | null {
    let end = 0;
    const inside = this.node(body, (_attempt, at) => {
      end = at;
      return true;
    });
    return (attempt, at) => (inside(attempt, at) ? end : null);
  }

  #look(node: Extract<Node, { kind: 'look' }>, next: Matcher): Matcher {
    const { behind, negative } = node;
    const inside = this.node(node.body, matchesHere);
    return (attempt, at) => {
      const from = at - (behind ?? 0);
      const before = attempt.captures.slice();
      const found = from >= 0 && inside(attempt, from);
      if (negative) attempt.captures.set(before);
      if (found !== negative && next(attempt, at)) return true;
      attempt.captures.set(before);
      return false;
    };
  }

  #repeat(node: Extract<Node, { kind: 'repeat' }>, next: Matcher): Matcher {
    const { body, min, max, mode } = node;
    const set = setOf(body);
    if (set !== null) return bytes(set, min, max, mode, next);
    if (mode === 'possessive') return this.node({ kind: 'atomic', body: { ...node, mode: 'greedy' } }, next);
    const id = this.repeats++;
    const again = this.node(body, (attempt, at) => {
      const count = attempt.counts[id] ?? 0;
      // Without a limit, an iteration that matched nothing ends the loop, or it would never end.
      if (max === Number.POSITIVE_INFINITY && at === attempt.starts[id] && count + 1 >= min) return next(attempt, at);
      attempt.counts[id] = count + 1;
      if (from(attempt, at)) return true;
      attempt.counts[id] = count;
      return false;
    });
    const iterate: Matcher = (attempt, at) => {
      step(attempt);
      const before = attempt.starts[id] ?? 0;
      attempt.starts[id] = at;
      if (++attempt.depth > DEPTH_LIMIT) throw new Exhausted();
      const matched = again(attempt, at);
      attempt.depth--;
      if (!matched) attempt.starts[id] = before;
      return matched;
    };
    const from: Matcher = (attempt, at) => {
      const count = attempt.counts[id] ?? 0;
      if (count < min) return iterate(attempt, at);
      if (mode === 'lazy') return next(attempt, at) || (count < max && iterate(attempt, at));
      return (count < max && iterate(attempt, at)) || next(attempt, at);
    };
    return (attempt, at) => {
      const [count = 0, start = 0] = [attempt.counts[id], attempt.starts[id]];
      attempt.counts[id] = 0;
      if (from(attempt, at)) return true;
      attempt.counts[id] = count;
      attempt.starts[id] = start;
      return false;
    };
  }
}

function step(attempt: Attempt): void {
  if (++attempt.steps > STEP_LIMIT) throw new Exhausted();
}

function one(set: ByteSet, next: Matcher): Matcher {
  return (attempt, at) => set[attempt.text.charCodeAt(at)] === 1 && next(attempt, at + 1);
}

/** A repeated byte is counted in a loop, not by recursion: `.*` may be 8 KiB long. */
function bytes(set: ByteSet, min: number, max: number, mode: 'greedy' | 'lazy' | 'possessive', next: Matcher): Matcher {
  return (attempt, at) => {
    const { text } = attempt;
    const most = Math.min(text.length, at + max);
    let end = at;
    if (mode === 'lazy') {
      for (; ; end++) {
        step(attempt);
        if (end - at >= min && next(attempt, end)) return true;
        if (end >= most || set[text.charCodeAt(end)] !== 1) return false;
      }
    }
    while (end < most && set[text.charCodeAt(end)] === 1) end++;
    attempt.steps += (end - at) >> 4;
    if (mode === 'possessive') return end - at >= min && next(attempt, end);
    for (; end - at >= min; end--) {
      step(attempt);
      if (next(attempt, end)) return true;
    }
    return false;
  };
}

function setOf(node: Node): ByteSet | null {
  if (node.kind === 'byte') return node.set;
  if (node.kind !== 'literal' || node.bytes.length !== 1) return null;
  const set = new Uint8Array(256);
  set[node.bytes.charCodeAt(0)] = 1;
  return set;
}

function back(index: number, caseless: boolean, next: Matcher): Matcher {
  return (attempt, at) => {
    const { text, captures } = attempt;
    const [start = -1, end = -1] = [captures[2 * index], captures[2 * index + 1]];
    if (start < 0) return false;
    const wanted = text.slice(start, end);
    const there = text.slice(at, at + wanted.length);
    const same = caseless ? there.toLowerCase() === wanted.toLowerCase() : there === wanted;
    return same && next(attempt, at + wanted.length);
  };
}

function isPlace(text: string, at: number, place: Place): boolean {
  switch (place) {
    case 'start':
      return at === 0;
    case 'end':
      return at === text.length;
    case 'before-last-newline':
      return at === text.length || (at === text.length - 1 && text.charAt(at) === '\n');
    case 'line-start':
      return at === 0 || text.charAt(at - 1) === '\n';
    case 'line-end':
      return at === text.length || text.charAt(at) === '\n';
    case 'word':
      return isWordAt(text, at - 1) !== isWordAt(text, at);
    case 'no-word':
      return isWordAt(text, at - 1) === isWordAt(text, at);
  }
}

const isWordAt = (text: string, at: number): boolean => at >= 0 && at < text.length && WORD[text.charCodeAt(at)] === 1;
