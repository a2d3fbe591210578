import { parse } from '../../../src/nginx/parse/parse.ts';
import { httpModel } from '../../../src/nginx/resolve/model.ts';
import { parseRequest } from '../../../src/nginx/resolve/request.ts';
import { resolve } from '../../../src/nginx/resolve/resolve.ts';
import type { HttpModel, Outcome, Resolution, SentHeader } from '../../../src/nginx/resolve/types.ts';
import { parseVersion } from '../../../src/nginx/version.ts';
import { memoryFiles } from '../parse/memory-files.ts';

/** The model of a configuration that is one text. */
export const modelOf = (text: string): HttpModel => httpModel(parse('nginx.conf', memoryFiles({ 'nginx.conf': text })));

/** What a GET comes to. @param version `1.22.1`; '' where nobody knows it */
export const resolved = (text: string, url: string, version = '1.26.3'): Resolution =>
  resolve(modelOf(text), parseRequest('GET', url), parseVersion(version));

/** @throws when the request is not passed on */
export function proxiedBy(resolution: Resolution): Extract<Outcome, { kind: 'proxy' }> {
  const { outcome } = resolution;
  if (outcome.kind !== 'proxy') throw new Error(`not passed on, but: ${JSON.stringify(outcome.kind)}`);
  return outcome;
}

export const headerOf = (resolution: Resolution, name: string): SentHeader | undefined =>
  proxiedBy(resolution).headers.find((header) => header.name.toLowerCase() === name.toLowerCase());

export const says = (resolution: Resolution): string => resolution.steps.map((step) => step.says).join('\n');

/** The line of a directive, as an editor counts. */
export const lineOf = (from: {
  readonly span: { readonly source: { position(at: number): { line: number } }; readonly start: number };
}): number => from.span.source.position(from.span.start).line;
