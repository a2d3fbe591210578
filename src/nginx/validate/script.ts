/** Texts with variables in them, as ngx_http_script_compile reads them. */

const NAME = /^[A-Za-z0-9_]+/;

/** @returns in nginx's words what is wrong with a text's variables, or null */
export function scriptFault(text: string): string | null {
  for (let at = text.indexOf('$'); at !== -1; at = text.indexOf('$', at + 1)) {
    const rest = text.slice(at + 1);
    if (/^[1-9]/.test(rest)) continue;
    const braced = rest.startsWith('{');
    const name = NAME.exec(braced ? rest.slice(1) : rest)?.[0] ?? '';
    if (braced && rest.length > 1 && rest[name.length + 1] !== '}') {
      return `the closing bracket in "${name}" variable is missing`;
    }
    if (name === '') return 'invalid variable name';
  }
  return null;
}

/** @returns the names of the variables in it, without `$1` and its kin */
export function variablesIn(text: string): string[] {
  if (!text.includes('$')) return [];
  return Array.from(text.matchAll(/\$(?:\{([A-Za-z0-9_]+)\}|([A-Za-z_0][A-Za-z0-9_]*))/g), ([, braced, plain]) =>
    (braced ?? plain ?? '').toLowerCase(),
  );
}
