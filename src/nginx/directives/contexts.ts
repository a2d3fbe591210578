/** The places where a directive may stand: nginx's own list (the NGX_…_CONF flags of its modules), named as its documentation names them. */
export const CONTEXTS = [
  'main',
  'events',
  'http',
  'server',
  /** An `if` of a server. */
  'server-if',
  'location',
  /** An `if` of a location: fewer directives are allowed in it than in the location. */
  'location-if',
  'limit_except',
  'upstream',
  'stream',
  'stream-server',
  'stream-upstream',
  'mail',
  'mail-server',
] as const;

export type Context = (typeof CONTEXTS)[number];

const NAMES: ReadonlySet<string> = new Set(CONTEXTS);

export const isContext = (text: string): text is Context => NAMES.has(text);
