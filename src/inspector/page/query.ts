/** What a query string can hold; undefined is left out, a list repeats its key. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** `/api/connections?tap=inner&text=bot` */
export function urlOf(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value]) parameters.append(key, String(each));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}
