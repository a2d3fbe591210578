import { describe, expect, it } from 'vitest';
import { accusationOf } from '../../../../src/inspector/page/connection/verdict/culprit.ts';

const accused = (
  ...[summary, closedBy, hop]: [string, Parameters<typeof accusationOf>[0]['closedBy'], string | null]
) => accusationOf({ summary, closedBy, hop });

describe('the name that stands out in the sentence', () => {
  it('is the hop, wherever it is named', () => {
    expect(accused('nginx closed the connection after 3 s without a byte.', 'proxy', 'nginx')).toEqual({
      before: '',
      name: 'nginx',
      after: ' closed the connection after 3 s without a byte.',
    });
    expect(accused('3 connections ended at once: nginx was reloaded.', 'proxy', 'nginx')).toMatchObject({
      before: '3 connections ended at once: ',
      name: 'nginx',
    });
  });

  it('is the party where there is no hop, or the hop goes by another name', () => {
    expect(accused('The client went away.', 'client', null)).toMatchObject({ before: 'The ', name: 'client' });
    expect(accused('Mattermost did not accept the token.', 'server', 'server')).toMatchObject({ name: 'Mattermost' });
    expect(accused('hangup was shut down.', 'gateway', null)).toMatchObject({ name: 'hangup' });
  });

  it('keeps the case of the sentence', () => {
    expect(accused('Mattermost closed.', 'server', 'mattermost').name).toBe('Mattermost');
  });

  it('is a whole word, not a part of one', () => {
    expect(accused('The client-side proxy and the client.', 'client', null).before).toBe(
      'The client-side proxy and the ',
    );
    expect(accused('nginxes are many.', 'proxy', 'nginx').name).toBe('');
  });

  it('nobody is accused by a sentence that names nobody', () => {
    const summary = "The browser's Origin was refused (403).";
    expect(accused(summary, 'server', 'mattermost')).toEqual({ before: summary, name: '', after: '' });
    expect(accused('No closing act was seen.', 'unknown', null).name).toBe('');
  });
});
