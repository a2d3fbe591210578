import { z } from 'zod';
import { EXAMPLE_HOST, isHost } from '../../nginx/report/asked-host.ts';
import { type NginxVersion, parseVersion } from '../../nginx/version.ts';
import { ApiFailure } from '../api-failure.ts';
import type { CheckRequest, GivenFile } from './shapes.ts';

/** The body of `POST /api/check`, read and held against what there may be in it. */

/** nginx opens so many files and more, but nobody pastes them. */
const MOST_FILES = 500;
/** PATH_MAX of Linux. */
const LONGEST_NAME = 4096;
const LONGEST_HOST = 255;
/** A request line that nginx takes without `large_client_header_buffers` being raised. */
const LONGEST_REQUEST = 8192;

const shape = z.strictObject({
  files: z
    .array(z.strictObject({ name: z.string().min(1).max(LONGEST_NAME), text: z.string() }))
    .min(1, 'holds no file')
    .max(MOST_FILES, `holds more than ${MOST_FILES} files`),
  version: z.string().exactOptional(),
  host: z.string().max(LONGEST_HOST).refine(isHost, `is no name such as ${EXAMPLE_HOST}`).exactOptional(),
  explain: z.string().min(1).max(LONGEST_REQUEST).exactOptional(),
  mend: z.boolean().default(false),
}) satisfies z.ZodType<CheckRequest>;

export interface CheckQuestion {
  readonly files: readonly GivenFile[];
  readonly version: NginxVersion | null;
  readonly host: string | null;
  readonly explain: string | null;
  readonly mend: boolean;
}

/** @param body JSON in UTF-8 @throws ApiFailure 400 with one sentence that cites nothing of the files */
export function readQuestion(body: Uint8Array): CheckQuestion {
  const result = shape.safeParse(jsonOf(body));
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new ApiFailure(400, `${issue?.path.map(String).join('.') || 'the body'}: ${issue?.message}`);
  }
  const { files, version, host = null, explain = null, mend } = result.data;
  const names = files.map(({ name }) => name);
  if (new Set(names).size < names.length) throw new ApiFailure(400, 'files: two of them have the same name');
  const parsed = version === undefined ? null : parseVersion(version);
  if (version !== undefined && parsed === null) {
    throw new ApiFailure(400, 'version: is no version of nginx; one is written as 1.26.3');
  }
  return { files, version: parsed, host, explain, mend };
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    // The error itself would cite a piece of the body.
    throw new ApiFailure(400, 'the request cannot be read; its body must be JSON in UTF-8');
  }
}
