import { parseArgs } from 'node:util';
import { CONTENDERS, type ContenderName } from './contenders/contender.ts';

export const SECTIONS = ['cpu', 'latency', 'memory', 'journal', 'query', 'check'] as const;
export type SectionName = (typeof SECTIONS)[number];

export interface BenchOptions {
  /** Short rounds and small numbers: for a look, not for a judgement. */
  readonly quick: boolean;
  readonly only: readonly SectionName[];
  readonly contenders: readonly ContenderName[];
  readonly json: boolean;
  /** Exit code 1 when a budget is missed. */
  readonly strict: boolean;
  /** NODE_OPTIONS for hangup's process alone, such as `--cpu-prof --cpu-prof-dir=/tmp/prof`. */
  readonly hangupNodeOptions: string;
}

export const USAGE = `npm run bench -- [options]
  --quick                     short rounds
  --only ${SECTIONS.join(',')}   some sections alone
  --contenders ${CONTENDERS.join(',')}
                              some contenders alone
  --json                      the results as JSON
  --strict                    exit code 1 when a budget is missed
  --hangup-node-options TEXT  NODE_OPTIONS of hangup's process (profiling)
`;

/** @throws TypeError or RangeError with one sentence for the user */
export function readOptions(args: string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: SECTIONS.join(',') },
      contenders: { type: 'string', default: CONTENDERS.join(',') },
      json: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      'hangup-node-options': { type: 'string', default: '' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const { quick, json, strict } = values;
  return {
    quick,
    only: chosen('--only', SECTIONS, values.only),
    contenders: chosen('--contenders', CONTENDERS, values.contenders),
    json,
    strict,
    hangupNodeOptions: values['hangup-node-options'],
  };
}

function chosen<Name extends string>(option: string, all: readonly Name[], list: string): Name[] {
  const wanted = list.split(',');
  const unknown = wanted.find((name) => !all.some((known) => known === name));
  if (unknown !== undefined) throw new RangeError(`${option}: there is no ${unknown}; there are ${all.join(', ')}`);
  return all.filter((name) => wanted.includes(name));
}
