import type { Directive } from '../parse/tree.ts';
import { asBytes, lowered } from './bytes.ts';
import type { RequestState } from './state.ts';
import { argument, childrenOf, positionOf, written } from './tree.ts';
import type { Effective } from './types.ts';

/** What stands between a request and its handler: addresses, passwords, another service's word, scripts. */

/** Each with what it is supposed to do: no configuration tells who the client is. */
const GATES: readonly { readonly name: string; readonly supposed: string }[] = [
  { name: 'auth_request', supposed: 'asks first: supposed to say yes' },
  { name: 'auth_basic', supposed: 'wants a password: supposed to be given' },
  { name: 'ssl_verify_client', supposed: 'wants a certificate: supposed to be given' },
];

/** Code that may answer, redirect or rewrite as it likes. */
const SCRIPTS: readonly string[] = [
  ...['rewrite_by_lua', 'rewrite_by_lua_block', 'rewrite_by_lua_file'],
  ...['access_by_lua', 'access_by_lua_block', 'access_by_lua_file', 'js_access'],
];

/** `set_by_lua_block`, `set_random`, `set_if_empty` …: other modules' ways to make a variable. */
const SETS = /^set_(?!real_ip_from)/;

export const runsScript = (effective: Effective): boolean =>
  SCRIPTS.some((name) => effective.one(name) !== null) ||
  effective.scope.some((block) => childrenOf(block).some(({ name }) => SETS.test(name)));

/** What auth_request_set takes out of another service's answer, nobody knows. */
export function forgetAnswers(effective: Effective, state: RequestState): void {
  if (effective.one('auth_request') === null) return;
  for (const line of effective.all('auth_request_set')) {
    state.variables.set(lowered(asBytes(argument(line, 0).replace(/^\$/, ''))), null);
  }
}

/** @returns the line that nobody passes, or null */
export function refusedBy(effective: Effective, state: RequestState): Directive | null {
  const closed = GATES.flatMap(({ name, supposed }) => {
    const gate = effective.one(name);
    return gate === null || argument(gate, 0) === 'off' ? [] : [{ gate, supposed }];
  });
  for (const { gate, supposed } of closed) state.say(`${written(gate)} ${supposed}`, positionOf(gate));
  for (const script of SCRIPTS.map((name) => effective.one(name))) {
    if (script !== null) state.say(`${script.name} runs a script: supposed to change nothing`, positionOf(script));
  }
  const [first, ...rest] = addressRules(effective);
  if (first === undefined) return null;
  const anyWillDo = effective.setting('satisfy').words[0] === 'any' && closed.length > 0;
  if (first.name === 'deny' && argument(first, 0) === 'all') return anyWillDo ? null : first;
  if (first.name !== 'allow' || argument(first, 0) !== 'all' || rest.length > 0) {
    state.say('only some addresses may pass: the client is supposed to be one of them', positionOf(first));
  }
  return null;
}

/** `allow` and `deny` in the order of the file: the first that fits decides. */
function addressRules(effective: Effective): readonly Directive[] {
  const rules = [...effective.all('allow'), ...effective.all('deny')];
  const level = rules[0]?.parent?.block?.children ?? [];
  return rules.toSorted((a, b) => level.indexOf(a) - level.indexOf(b));
}
