import type { Rule } from './rule.ts';
import { mayBeUnread } from './unread.ts';

/** FileSettings.MaxFileSize as Mattermost ships it: 100 MiB (104857600). */
const MAX_FILE_SIZE = 100 * 1024 * 1024;
const MIB = 1024 * 1024;

export const bodySize: Rule = {
  id: 'WS037',
  severity: 'note',
  title: 'client_max_body_size is below Mattermost’s largest upload',
  why: 'The upload ends in 413 from nginx while the WebSocket stays open; people see a failed post and blame the connection.',
  *check(view) {
    for (const site of view.sites) {
      for (const { resolution } of site.plain) {
        if (resolution.outcome.kind !== 'proxy') continue;
        const { bytes, from } = resolution.effective.size('client_max_body_size');
        if (bytes === null || bytes === 0 || bytes >= MAX_FILE_SIZE) continue;
        if (mayBeUnread(resolution.effective, 'client_max_body_size')) continue;
        // A piece of http inherits from an nginx.conf that we have not seen.
        if (from === 'default' && view.http.block === null) continue;
        const set = from === 'default' ? 'is not set, so it is' : 'is';
        yield {
          at: from === 'default' ? resolution.outcome.pass.nameWord.span : from.span,
          summary: `client_max_body_size ${set} ${size(bytes)}, and Mattermost takes files of up to 100 MiB unless MaxFileSize says otherwise.`,
          fix: 'client_max_body_size 100M;  # or what MaxFileSize is on your server',
        };
      }
    }
  },
};

const size = (bytes: number): string => (bytes % MIB === 0 ? `${bytes / MIB} MiB` : `${Math.round(bytes / 1024)} KiB`);
