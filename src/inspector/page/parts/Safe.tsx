import { harmless } from '../../../words/harmless.ts';

/** Characters of a stranger's text that are drawn at most; a line of a megabyte would hold up every layout. */
const MOST = 2000;

/**
 * Text that a stranger chose: escaped where it would hide or turn itself around, and kept apart from the reading
 * direction of what stands beside it. A parent that cuts it (`.cut`) leaves all of it in the title.
 * @param max characters shown; more are counted, not shown
 * @param title false: where nothing is ever cut
 */
export function Safe({
  text,
  max = MOST,
  title = true,
  class: name,
}: {
  text: string;
  max?: number;
  title?: boolean;
  class?: string;
}) {
  const shown = cutText(text, max);
  return (
    <bdi class={name} title={title ? shown : undefined}>
      {shown}
    </bdi>
  );
}

/** The same for places that take text alone: titles, labels, options. */
export function cutText(text: string, max = MOST): string {
  if (text.length <= max) return harmless(text);
  return `${harmless(text.slice(0, max))}… (${text.length - max} more characters)`;
}
