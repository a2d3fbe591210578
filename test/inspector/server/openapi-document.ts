/** docs/openapi.yaml, read and made strict: what it does not name must not be in an answer. */

import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = readFileSync(new URL('../../../docs/openapi.yaml', import.meta.url), 'utf8');
export const document: Json = parse(text);

/** The value at a path of names in the document; follows references. */
export function at(...names: readonly string[]): unknown {
  let here: unknown = document;
  for (const name of names) here = isObject(here) ? resolved(here)[name] : undefined;
  return isObject(here) ? resolved(here) : here;
}

/** `GET /api/connections/{id}` for every operation. */
export function operations(): string[] {
  const paths = at('paths');
  if (!isObject(paths)) throw new Error('no paths');
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(isObject(methods) ? methods : {}).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

/** The query parameters of a path's GET. */
export function queryOf(path: string): string[] {
  const parameters = at('paths', path, 'get', 'parameters');
  const all = Array.isArray(parameters) ? parameters.filter(isObject).map(resolved) : [];
  return all.filter((parameter) => parameter.in === 'query').map(({ name }) => String(name));
}

/** Every `$ref` that there is. */
export function references(value: unknown = document): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (!isObject(value)) return [];
  const own = typeof value.$ref === 'string' ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(references)];
}

/** Validates what an operation answers. */
export function validator(path: string, status: number, type: string): ValidateFunction {
  const schema = at('paths', path, 'get', 'responses', String(status), 'content', type, 'schema');
  if (!isObject(schema)) throw new Error(`GET ${path} ${status} has no schema for ${type}`);
  return new Ajv2020({ strict: false, allErrors: true }).compile({
    ...strict(schema),
    components: strict(at('components')),
  });
}

/** A schema of the components by its name. */
export function componentValidator(name: string): ValidateFunction {
  return new Ajv2020({ strict: false, allErrors: true }).compile({
    $ref: `#/components/schemas/${name}`,
    components: strict(at('components')),
  });
}

function resolved(value: Json): Json {
  const { $ref } = value;
  if (typeof $ref !== 'string') return value;
  const target = at(...$ref.replace(/^#\//, '').split('/'));
  if (!isObject(target)) throw new Error(`${$ref} leads nowhere`);
  return target;
}

/** The same where no object may have more than its schema names; what is put together by allOf becomes one. */
function strict(value: unknown): Json {
  const made = tightened(value);
  if (!isObject(made)) throw new Error('no schema');
  return made;
}

function tightened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tightened);
  if (!isObject(value)) return value;
  const whole = Array.isArray(value.allOf) ? merged(value.allOf.filter(isObject).map(resolved)) : value;
  const made = Object.fromEntries(Object.entries(whole).map(([name, part]) => [name, tightened(part)]));
  const open = made.additionalProperties !== undefined || !isObject(whole.properties) || whole.type !== 'object';
  return open ? made : { ...made, additionalProperties: false };
}

function merged(parts: readonly Json[]): Json {
  const properties = Object.assign({}, ...parts.map((part) => part.properties));
  const required = parts.flatMap((part) => (Array.isArray(part.required) ? part.required : []));
  const more = parts.some((part) => part.additionalProperties === true);
  return { type: 'object', properties, required, ...(more ? { additionalProperties: true } : {}) };
}
