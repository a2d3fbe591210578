import type { SourceFile } from './source.ts';
import type { ConfigError, ConfigNote, Directive, TemplateFile } from './tree.ts';

/** Files of Jinja, Go's templates and ERB, given before they are filled in: nginx reads their marks as words and blocks. */

/** Where no comment hides it. */
const MARK = /^[^#\n]*?(?:\{\{(?=[\s.$\w-])|\{%|<%)/m;

/** ERB's marks are words to nginx, which no configuration has without quotes. */
const ERB_WORD = /<%|%>$/;

/** @returns those of the files that hold a mark which nginx stumbles over, or would take for a value */
export function templatesIn(
  files: readonly SourceFile[],
  errors: readonly ConfigError[],
  directives: readonly Directive[],
): TemplateFile[] {
  const refused = new Set(errors.map(({ file }) => file));
  const withErb = files.some((file) => file.text().includes('<%')) ? filesWithErb(directives) : null;
  return files.flatMap((file): TemplateFile[] => {
    if (!refused.has(file.name) && withErb?.has(file.name) !== true) return [];
    const mark = MARK.exec(file.text());
    if (mark === null) return [];
    const line = file.text().slice(0, mark.index).split('\n').length;
    const isStumbledOver = errors.some((error) => error.file === file.name && error.line >= line);
    if (!isStumbledOver && withErb?.has(file.name) !== true) return [];
    return [{ file: file.name, line, column: mark[0].length - 1 }];
  });
}

function filesWithErb(directives: readonly Directive[]): Set<string> {
  const found = new Set<string>();
  const waiting = [...directives];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { text, quote, span } of [next.nameWord, ...next.args]) {
      if (quote === null && ERB_WORD.test(text)) found.add(span.source.name);
    }
    for (const child of next.block?.children ?? []) waiting.push(child);
  }
  return found;
}

/** Every mark would be refused for itself, and much of what follows: of each template the first error says it. */
export function withoutMarks(
  errors: readonly ConfigError[],
  templates: readonly TemplateFile[],
): readonly ConfigError[] {
  let kept = errors;
  for (const { file, line } of templates) {
    const first = kept.find((error) => error.file === file && error.line >= line);
    kept = kept.filter((error) => error.file !== file || error === first || error.line < line);
  }
  return kept;
}

const SAYS =
  'this is a template: give it as it is once it has been filled in; nginx knows none of its marks, so the rest of it was not checked';

export const templateNotes = (templates: readonly TemplateFile[]): ConfigNote[] =>
  templates.map((place) => ({ ...place, says: SAYS }));
