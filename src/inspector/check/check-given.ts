import { check } from '../../nginx/check.ts';
import { versionSaid } from '../../nginx/version.ts';
import { ApiFailure } from '../api-failure.ts';
import { answerOf } from './answer.ts';
import { unpack } from './given-files.ts';
import { mendOf } from './mend-view.ts';
import { pathOf, requestOf, socketPath } from './path-view.ts';
import { readQuestion } from './question.ts';
import { readGiven } from './read-given.ts';
import type { CheckAnswer } from './shapes.ts';

/** From the body of a request to its answer. @throws ApiFailure for what cannot be asked */
export function checkGiven(body: Uint8Array): CheckAnswer {
  const { files, version: named, host, explain, mend } = readQuestion(body);
  const request = explain === null ? null : requestOf(explain);
  const unpacked = unpack(files);
  const read = readGiven(unpacked);
  if (read === null) throw new ApiFailure(400, 'files: the dump holds no file');
  const version = named ?? versionSaid(unpacked.chatter.join('\n'));
  const result = check(read.configuration, { version, host });
  const path = request === null ? socketPath(result.view) : pathOf(result.view, request);
  return answerOf(result, read, host, path, mend ? mendOf(result, read, host) : null);
}
