import type { Directive } from '../parse/tree.ts';
import { backendFault } from './addresses.ts';
import type { Level } from './level.ts';
import { locationName } from './locations.ts';
import type { Check } from './place.ts';
import { holdsPlaceholder } from './report.ts';
import { checkText } from './slot.ts';

/** `proxy_pass` and the other `…_pass` (ngx_http_proxy_pass). */

const NO_URI =
  '"proxy_pass" cannot have URI part in location given by regular expression, or inside named location, or inside "if" statement, or inside "limit_except" block';

export const checkProxyPass: Check = ({ directive, level, memory, report }) => {
  const [url] = directive.args;
  // The stream module's takes an address without a scheme.
  if (url === undefined || holdsPlaceholder(url) || level.context === 'stream-server') return;
  if (url.text.includes('$')) {
    checkText(url, report);
    memory.uses(url);
    return;
  }
  const rest = /^https?:\/\/(.*)$/is.exec(url.text)?.[1];
  if (rest === undefined) {
    report.refuse(url, 'invalid URL prefix');
    return;
  }
  const says = backendFault(rest, true);
  if (says !== null) report.refuse(url, `${says} in upstream "${rest}"`);
  else if (hasUri(rest) && takesNoUri(level)) report.refuse(url, NO_URI);
};

const hasUri = (rest: string): boolean =>
  rest.toLowerCase().startsWith('unix:') ? rest.slice('unix:'.length).includes(':') : /[/?]/.test(rest);

/** In an `if` or `limit_except`, in a regex location and in a named one there is no prefix to replace. */
function takesNoUri({ block, context }: Level): boolean {
  if (context === 'location-if' || context === 'limit_except') return true;
  const name = block === null || isTemplateLocation(block) ? null : locationName(block);
  return name?.kind === 'regex' || name?.kind === 'named';
}

const isTemplateLocation = ({ args }: Directive): boolean => args.some(holdsPlaceholder);
