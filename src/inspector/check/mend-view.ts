import { type CheckResult, check } from '../../nginx/check.ts';
import { unifiedDiff } from '../../nginx/fix/diff.ts';
import { mend } from '../../nginx/fix/mend.ts';
import { countsOf } from './answer.ts';
import type { ReadGiven } from './read-given.ts';
import type { CheckedMend } from './shapes.ts';

const utf8 = new TextDecoder();

/** What the mends that a machine may make would change. */
export function mendOf(result: CheckResult, read: ReadGiven, host: string | null): CheckedMend {
  const { version } = result.view;
  const { changed, made, dropped, after } = mend(result, (bytes) => check(read.reread(bytes), { version, host }));
  return {
    files: changed.map(({ source: { name, bytes: before }, bytes }) => ({
      name,
      diff: utf8.decode(unifiedDiff({ name, bytes: before }, { name, bytes })),
      text: utf8.decode(bytes),
    })),
    made: made.map(({ rule, summary }) => ({ rule: rule.id, summary })),
    dropped: dropped.map(({ finding: { rule, summary }, because }) => ({ rule: rule.id, summary, because })),
    counts: countsOf(after),
  };
}
