import { insertFirst, removeDirective, replaceWord } from '../fix/edits.ts';
import type { Directive, Word } from '../parse/tree.ts';
import { headerName, sourceText, variablesIn } from './forwarding.ts';
import { mapToAdd } from './header-mend.ts';
import type { Rule, RuleFinding, View } from './rule.ts';
import { unreadIncludes } from './unread.ts';
import { mapsOfUpgrade } from './upgrade-map.ts';
import { isDefined, isMadeForConnection } from './variables.ts';

export const mapMissing: Rule = {
  id: 'WS004',
  severity: 'error',
  title: 'The variable of the Connection header has no map in http',
  why: 'nginx does not start with a variable that nothing defines, and takes a map in the http block alone.',
  *check(view) {
    yield* misplaced(view);
    yield* undefinedVariables(view);
  },
};

/** A map of $http_upgrade in a server or a location. */
function* misplaced(view: View): Iterable<RuleFinding> {
  for (const map of view.every('map')) {
    if (map.parent === view.http.block || map.parent === null || !isInHttp(view, map)) continue;
    const [source, variable] = map.args;
    if (variable === undefined || !/^\$\{?http_(upgrade|connection)\}?$/.test(source?.text ?? '')) continue;
    const text = sourceText(map);
    yield {
      at: map.nameWord.span,
      summary: `The map of ${variable.text} stands in ${map.parent.name}: nginx allows map in the http block alone.`,
      fix: `# in http, before its servers\n${text}`,
      edits: view.http.block === null ? [] : [removeDirective(map), insertFirst(view.http.block, [text])],
    };
  }
}

function* undefinedVariables(view: View): Iterable<RuleFinding> {
  const seen = new Set<string>();
  for (const line of view.every('proxy_set_header')) {
    const name = headerName(line);
    const value = line.args[1];
    if (value === undefined || (name !== 'connection' && name !== 'upgrade')) continue;
    for (const variable of variablesIn(value.text)) {
      if (seen.has(variable) || isPlaceholder(value, variable) || !isMadeForConnection(variable)) continue;
      if (isDefined(view, variable)) continue;
      seen.add(variable);
      yield unknown(view, line, value, variable);
    }
  }
}

function unknown(view: View, line: Directive, value: Word, variable: string): RuleFinding {
  const [known] = mapsOfUpgrade(view);
  if (known !== undefined && value.text.toLowerCase() === `$${variable}`) {
    return {
      at: value.span,
      summary: `Nothing defines $${variable}, though there is a map of $${known.variable}: nginx does not start.`,
      fix: `proxy_set_header ${line.args[0]?.text ?? 'Connection'} $${known.variable};`,
      edits: [replaceWord(value, `$${known.variable}`)],
    };
  }
  const map = mapToAdd(view, variable);
  const fix = ['# in http, before its servers', ...(map?.lines ?? [])].join('\n');
  const { block } = view.http;
  const whole = block !== null && unreadIncludes(block).length === 0;
  if (!whole) {
    return {
      at: value.span,
      severity: 'note',
      summary: `$${variable} has no map in what was read; nginx does not start unless another file of the http block has it.`,
      fix,
    };
  }
  return {
    at: value.span,
    summary: `Nothing defines $${variable}: nginx does not start and says: unknown "${variable}" variable.`,
    fix,
    edits: map === null ? [] : [map.edit],
  };
}

/** `${CONNECTION}` of a template, which envsubst fills in before nginx reads the file. */
const isPlaceholder = (value: Word, variable: string): boolean => value.text.includes(`\${${variable.toUpperCase()}}`);

function isInHttp(view: View, directive: Directive): boolean {
  if (view.http.block === null) return true;
  for (let at = directive.parent; at !== null; at = at.parent) if (at === view.http.block) return true;
  return false;
}
