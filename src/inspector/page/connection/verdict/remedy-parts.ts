/** Words and code within a line. `copy`: a line for a configuration file; a bare name, a flag, an example with … is none. */
export type Inline =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string; readonly copy: boolean };

/** A piece of advice: lines to paste as they are, or a line that is read. */
export type RemedyPart =
  | { readonly kind: 'config'; readonly text: string }
  | { readonly kind: 'says'; readonly parts: readonly Inline[] };

/** ` # why`, set off as verdict/remedy.ts writes it; a # within a value (a colour, a fragment) has no such room before it. */
const COMMENT = /^(.*?)(?:^|\s{2,})#\s+(.*)$/;
/** `name value;`, `name { … }`, `name "value" "value" key=value`: a line of configuration by its looks. */
const CONFIG_LINE = /^[A-Za-z_]\w*(?:\s[^;{}]*)?;$|^[a-z_]\w*\s.*\{.*\}$|^[A-Z]\w*\s+"[^"]*"(?:\s+\S+)*$/;

/** What is code within a sentence, the longest first: `quoted`, a directive with its value, a flag, key=value, a_name. */
const CODE =
  /`(?<quoted>[^`]+)`|(?<directive>\b[a-z]+(?:_[a-z0-9]+)+\s[^;:()]{1,80};)|(?<flag>(?<![\w-])--[a-z][a-z-]*(?:\s(?:\d+\w*|[A-Z]\b|off\b))?)|(?<pair>(?<![\w$])[A-Za-z][\w.-]*=[^\s,;)]*[^\s,;).])|(?<name>\$?\b[a-z]+(?:_[a-z0-9]+)+\b)/g;

/** A text of advice as the verdict has it, taken apart: neighbouring lines of configuration make one block. */
export function remedyParts(remedy: string): RemedyPart[] {
  const parts: RemedyPart[] = [];
  for (const line of remedy.split('\n')) {
    const [, head = line, comment = null] = COMMENT.exec(line) ?? [];
    const code = head.trim();
    // Whoever sets a comment off means what stands before it to be pasted.
    const isConfig = code !== '' && (comment !== null || CONFIG_LINE.test(code));
    if (isConfig) addConfig(parts, code);
    const words = isConfig ? comment : (comment ?? code);
    if (words !== null && words !== '') parts.push({ kind: 'says', parts: inlineParts(words) });
  }
  return parts;
}

function addConfig(parts: RemedyPart[], text: string): void {
  const last = parts.at(-1);
  if (last?.kind === 'config') parts[parts.length - 1] = { kind: 'config', text: `${last.text}\n${text}` };
  else parts.push({ kind: 'config', text });
}

/** A sentence with the code in it marked; also good for witnesses and notes. */
export function inlineParts(sentence: string): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const match of sentence.matchAll(CODE)) {
    const { quoted, directive, pair } = match.groups ?? {};
    const text = quoted ?? match[0];
    const copy = (directive ?? pair) !== undefined && !text.includes('…');
    if (match.index > from) parts.push({ kind: 'words', text: sentence.slice(from, match.index) });
    parts.push({ kind: 'code', text, copy });
    from = match.index + match[0].length;
  }
  if (from < sentence.length) parts.push({ kind: 'words', text: sentence.slice(from) });
  return parts;
}
