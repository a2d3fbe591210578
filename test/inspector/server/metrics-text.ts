/** Reads Prometheus' text format, and throws where it is broken (https://prometheus.io/docs/instrumenting/exposition_formats/). */

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(?:,|$)/y;
const TYPES = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
/** Samples of a histogram or summary bear one of these behind its name. */
const PARTS = /_(bucket|sum|count)$/;

export function readMetrics(text: string): Map<string, Metric> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const metrics = new Map<string, { name: string; help: string; type: string; samples: Sample[] }>();
  let current: { name: string; help: string; type: string; samples: Sample[] } | null = null;
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === 'HELP') {
      if (!NAME.test(name) || metrics.has(name)) throw new Error(`a second or wrong name: ${line}`);
      current = { name, help: rest, type: '', samples: [] };
      metrics.set(name, current);
    } else if (kind === 'TYPE') {
      if (current?.name !== name || !TYPES.includes(rest) || current.samples.length > 0)
        throw new Error(`misplaced: ${line}`);
      current.type = rest;
    } else {
      const sample = readSample(line);
      const family =
        current?.type === 'histogram' || current?.type === 'summary' ? sample.name.replace(PARTS, '') : sample.name;
      if (current === null || current.type === '' || family !== current.name)
        throw new Error(`without HELP and TYPE: ${line}`);
      const twin = current.samples.find(({ name, labels }) => name === sample.name && same(labels, sample.labels));
      if (twin !== undefined) throw new Error(`twice: ${line}`);
      current.samples.push(sample);
    }
  }
  return metrics;
}

function readSample(line: string): Sample {
  const [, name, pairs = '', value = ''] = SAMPLE.exec(line) ?? [];
  const number = value === '+Inf' ? Number.POSITIVE_INFINITY : value === 'Nan' ? Number.NaN : Number(value);
  if (name === undefined || (Number.isNaN(number) && value !== 'Nan')) throw new Error(`not a sample: ${line}`);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  let at = 0;
  while (at < pairs.length) {
    LABEL.lastIndex = at;
    const found = LABEL.exec(pairs);
    if (found === null) throw new Error(`broken labels: ${line}`);
    labels[found[1] ?? ''] = found[2] ?? '';
    at = LABEL.lastIndex;
  }
  return { name, labels, value: number };
}

const same = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
