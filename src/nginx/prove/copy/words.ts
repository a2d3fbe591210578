/** Words as nginx's tokenizer reads them back. */

const PLAIN = /^[\w.:/@*+,=~^|%&?!<>()[\]-]+$/;

/** @returns the word such that nginx reads `text`, whatever is in it (ngx_conf_read_token undoes `\\` and `\"`) */
export function quoted(text: string): string {
  return PLAIN.test(text) ? text : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
