import { beforeAll, expect, it } from 'vitest';
import type { Configuration } from '../../../src/nginx/parse/tree.ts';
import { claimsOf } from '../../../src/nginx/prove/claims.ts';
import { everyDirective } from '../../../src/nginx/prove/copy/definitions.ts';
import { findNginx, inspectNginx } from '../../../src/nginx/prove/nginx-build.ts';
import { type Proof, prove } from '../../../src/nginx/prove/prove.ts';
import type { Ruling } from '../../../src/nginx/prove/ruling.ts';
import type { Finding, MeasuredCase, Severity } from '../../../src/nginx/rules/rule.ts';
import { describeWith } from '../../kit/needs.ts';
import { read, site, UPGRADE } from './proven.ts';

/** A right configuration, of which somebody claims what is not so: each claim must be refuted or left, and none confirmed. */
describeWith(['nginx', 'openssl'], 'a claim about a configuration that is right', () => {
  let configuration: Configuration;
  let proof: Proof;
  beforeAll(async () => {
    configuration = read(
      site(
        `location /api/ {\n proxy_pass http://mattermost;${UPGRADE}\n proxy_read_timeout 90s;\n}\nlocation / { proxy_pass http://mattermost;${UPGRADE} }`,
        'error_log /var/log/error.log info;\nworker_shutdown_timeout 1h;',
      ),
    );
    const nginx = await inspectNginx(findNginx(process.env.PATH ?? '') ?? 'nginx');
    const progress = { step: () => undefined, waiting: () => undefined };
    const signal = new AbortController().signal;
    // 90 s and 1 h, sixty times faster.
    proof = await prove(configuration, { nginx, waitMs: 2_500, scale: 60, host: null, signal, progress });
  });

  const claimed = (
    rule: string,
    at: string,
    summary = 'made up',
    severity: Severity = 'error',
    measured?: MeasuredCase,
  ): Ruling | undefined => {
    const directive = [...everyDirective(configuration.directives)].find(({ name }) => name === at);
    if (directive === undefined) throw new Error(`no ${at}`);
    const finding: Finding = {
      rule: { id: rule, severity, title: '', why: '', check: () => [] },
      at: directive.nameWord.span,
      severity,
      summary,
      why: '',
      fix: '',
      ...(measured === undefined ? {} : { measured }),
    };
    return claimsOf(configuration, [finding], proof.measured, proof.scale)[0];
  };

  it.each([
    ['WS001', 'proxy_pass', 'the backend received "Upgrade: websocket" and answered 101'],
    ['WS002', 'proxy_pass', 'the backend received "Connection: upgrade" and answered 101'],
    ['WS003', 'proxy_pass', 'it arrives as HTTP/1.1'],
    ['WS004', 'map', 'this nginx starts with it'],
    ['WS007', 'proxy_pass', 'Upgrade, Connection and Host arrive'],
    ['WS008', 'proxy_read_timeout', 'an idle socket is cut after'],
    ['WS009', 'error_log', 'the error log says so'],
    ['WS012', 'proxy_pass', '/api/v4/websocket arrives as /api/v4/websocket'],
    ['WS014', 'location', 'gets through'],
    ['WS015', 'location', 'gets through'],
    ['WS016', 'location', 'gets through'],
    ['WS017', 'proxy_pass', 'which Mattermost accepts'],
    ['WS032', 'server', '/api/v4/websocket gets 101'],
    ['WS046', 'proxy_pass', '/api/v4/websocket reaches the backend'],
  ])('%s is refuted', (rule, at, says) => {
    expect(claimed(rule, at)).toMatchObject({ verdict: 'refuted', says: expect.stringContaining(says) });
  });

  it.each([
    ['WS008', 'times-out-at-once', 'an upgrade of /api/v4/websocket gets through'],
    ['WS012', 'query-dropped', '/api/v4/websocket?connection_id=… arrives with the query connection_id='],
    ['WS028', 'answered-with-500', '/api/v4/websocket reaches the backend'],
    ['WS031', 'answered-with-500', '/api/v4/websocket reaches the backend'],
    ['WS045', { header: 'upgrade' }, 'the 101 for /api/v4/websocket reaches the client with it'],
    ['WS045', { header: 'sec-websocket-accept' }, 'the 101 for /api/v4/websocket reaches the client with it'],
    ['WS046', 'all-down', '/api/v4/websocket reaches the backend'],
  ] as const)('%s (%j) is refuted', (rule, measured, says) => {
    expect(claimed(rule, 'proxy_pass', 'made up', 'error', measured)).toMatchObject({
      verdict: 'refuted',
      says: expect.stringContaining(says),
    });
  });

  it('of WS005 is refuted by the plain requests, if it is about every one of them', () => {
    expect(claimed('WS005', 'map', 'every plain request', 'warning')?.verdict).toBe('refuted');
    expect(claimed('WS005', 'map', 'so far only the WebSocket', 'note')?.verdict).toBe('not testable');
  });

  it.each([
    'WS006',
    'WS010',
    'WS011',
    'WS018',
    'WS019',
    'WS021',
    'WS024',
    'WS027',
    'WS028',
    'WS029',
    'WS030',
    'WS031',
    'WS033',
    'WS034',
    'WS037',
    'WS042',
    'WS044',
    'WS999',
  ])('%s is left untested where nothing that was measured is about it', (rule) => {
    expect(claimed(rule, 'proxy_pass')).toMatchObject({ verdict: 'not testable' });
  });

  it('about a location is judged by what that location answers', () => {
    const second = configuration.directives
      .find(({ name }) => name === 'http')
      ?.block?.children.find(({ name }) => name === 'server')
      ?.block?.children.filter(({ name }) => name === 'location')[1];
    // The second location answers the plugins' sockets alone.
    expect(second?.args[0]?.text).toBe('/');
    const finding: Finding = {
      rule: { id: 'WS012', severity: 'error', title: '', why: '', check: () => [] },
      at: second?.block?.children[0]?.nameWord.span ?? claimSpan(configuration),
      severity: 'error',
      summary: '',
      why: '',
      fix: '',
    };
    expect(claimsOf(configuration, [finding], proof.measured, proof.scale)[0]).toMatchObject({
      verdict: 'refuted',
      says: expect.stringContaining('/plugins/'),
    });
  });

  it('stands alone: check itself finds nothing wrong here that is measured', () => {
    expect(proof.problems.filter(({ weight }) => weight === 'wrong')).toEqual([]);
    expect(proof.claims.filter(({ verdict }) => verdict === 'refuted')).toEqual([]);
  });
});

const claimSpan = ({ directives }: Configuration) => {
  const [first] = directives;
  if (first === undefined) throw new Error('an empty configuration');
  return first.span;
};
