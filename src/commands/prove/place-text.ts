import type { Directive, Position } from '../../nginx/parse/tree.ts';
import { harmless } from '../../words/harmless.ts';

/** Where something stands in the operator's configuration, as `nginx.conf:27`. */
export const positionText = ({ file, line }: Position): string => `${harmless(file)}:${line}`;

export const placeText = (directive: Directive): string =>
  positionText(directive.nameWord.span.source.position(directive.nameWord.span.start));
