import type { AssumedVersion } from '../../nginx/report/assumed-version.ts';
import { parseVersion, versionSaid } from '../../nginx/version.ts';
import { SettingsError } from '../../settings/source.ts';
import { installedVersion } from './nginx-program.ts';
import type { GivenConfiguration } from './source.ts';

/** As `nginx -v` prints it; OpenResty's version begins with that of its nginx. */
const SAID = /^(?:nginx version: )?(?:nginx|openresty)\/(\d+\.\d+(?:\.\d+)?)(?:\.\d+)?(?: \(.*\))?$/;

/**
 * @param flag what `--nginx-version` said
 * @throws SettingsError for what is no version
 */
export async function whichVersion(flag: string | undefined, given: GivenConfiguration): Promise<AssumedVersion> {
  if (flag !== undefined) {
    const version = parseVersion(SAID.exec(flag.trim())?.[1] ?? flag.replace(/^v/, ''));
    if (version === null)
      throw new SettingsError(`--nginx-version: ${JSON.stringify(flag)} is no version such as 1.22.1`);
    return { version, from: '--nginx-version' };
  }
  const said = versionSaid(given.chatter.join('\n'));
  if (said !== null) return { version: said, from: 'the dump' };
  if (given.kind === 'dump' || given.kind === 'text') return { version: null, from: '--nginx-version names it' };
  const installed = await installedVersion();
  if (installed !== null) return { version: installed, from: 'the nginx of this machine' };
  return { version: null, from: 'there is no nginx on this machine; --nginx-version names it' };
}
