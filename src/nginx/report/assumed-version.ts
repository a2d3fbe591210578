import { type NginxVersion, versionText } from '../version.ts';

/** Which nginx a check was made for, and how that is known. */
export interface AssumedVersion {
  /** null where nobody named it and nothing said it. */
  readonly version: NginxVersion | null;
  /** `--nginx-version`, `the dump`, `nginx -v on this machine`; for null, what would tell it. */
  readonly from: string;
}

export const assumedText = ({ version, from }: AssumedVersion): string =>
  version === null ? `nginx version unknown: ${from}` : `nginx ${versionText(version)} (from ${from})`;
