import type { Request } from 'express';
import { z } from 'zod';
import { parseDuration } from '../../words/duration.ts';
import { nearest } from '../../words/near.ts';
import { type Parsed, parsed, refused } from '../../words/parsed.ts';
import { ApiFailure } from '../api-failure.ts';

/** Reads the query of a request: every parameter known, given once, and of its kind. */

/**
 * @param schema its keys are the parameters that there are; each is given a list of texts
 * @throws ApiFailure 400 with one sentence that names the parameter
 */
export function readQuery<S extends z.ZodRawShape>(request: Request, schema: z.ZodObject<S>): z.output<z.ZodObject<S>> {
  const given = new Map<string, string[]>();
  for (const [name, value] of new URL(request.originalUrl, 'http://localhost').searchParams) {
    given.set(name, [...(given.get(name) ?? []), value]);
  }
  const known = Object.keys(schema.shape);
  for (const name of given.keys()) if (!known.includes(name)) throw new ApiFailure(400, unknownParameter(name, known));
  const result = schema.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ApiFailure(400, `${issue?.path.map(String).join('.')}: ${issue?.message}`);
}

function unknownParameter(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  if (near !== null) return `there is no parameter "${name}" here; did you mean ${near}?`;
  return `there is no parameter "${name}" here; ${known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`}`;
}

/** A parameter that stands once. */
export function single<T>(parse: (text: string) => Parsed<T>) {
  return z.array(z.string()).transform((texts, context): T => {
    const result = texts.length === 1 ? parse(texts[0] ?? '') : refused('is given more than once');
    if (result.ok) return result.value;
    context.issues.push({ code: 'custom', message: result.says, input: texts });
    return z.NEVER;
  });
}

/** A parameter that may be repeated. */
export const repeated = (most: number) => z.array(z.string()).max(most, `is given more than ${most} times`);

/** A whole number within these bounds, both included. */
export const whole = (least: number, most: number) =>
  single((text): Parsed<number> => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return parsed(number);
    return refused(`"${text}" is not a whole number from ${least} to ${most}`);
  });

/** Milliseconds, 0 and more. */
export const milliseconds = single((text): Parsed<number> => {
  return /^\d{1,15}(\.\d+)?$/.test(text) ? parsed(Number(text)) : refused(`"${text}" is not a number of milliseconds`);
});

export const yesNo = single((text): Parsed<boolean> => {
  return text === 'true' || text === 'false' ? parsed(text === 'true') : refused(`"${text}" is neither true nor false`);
});

/** Anything, but not nothing. @param longest in characters */
export const text = (longest: number) =>
  single((written): Parsed<string> => {
    if (written === '') return refused('is empty');
    return written.length <= longest ? parsed(written) : refused(`is longer than ${longest} characters`);
  });

export const oneOf = <T extends string>(is: (word: string) => word is T, all: readonly string[]) =>
  single((word): Parsed<T> => (is(word) ? parsed(word) : refused(`"${word}" is not one of ${all.join(', ')}`)));

/** A moment: ms since the epoch, ISO 8601, or a duration back from now. @returns ms since the epoch */
export const moment = single((written): Parsed<number> => {
  if (/^\d{1,15}(\.\d+)?$/.test(written)) return parsed(Number(written));
  const back = parseDuration(written);
  if (back.ok) return parsed(Date.now() - back.value);
  const at = ISO_8601.test(written) ? Date.parse(written) : Number.NaN;
  if (!Number.isNaN(at)) return parsed(at);
  return refused(
    `"${written}" is neither a time (2026-01-31T12:00:00Z, or ms since 1970) nor a duration back from now (1h)`,
  );
});

const ISO_8601 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;
