import { expect, it } from 'vitest';
import { BAD, folderOf, found, GOOD, run } from './run-check.ts';

/** Files that Ansible, Puppet, Helm and their kind fill in first: one thing is said of them, and nothing that may be wrong. */

const JINJA = `upstream mm {
  {% for host in groups['mm'] %}
  server {{ hostvars[host].ip }}:8065;
  {% endfor %}
}
server {
  listen {{ port }} ssl;
  server_name {{ domain }};
  gzip perhaps;
  location / {
    {% if websockets %}proxy_set_header Upgrade $http_upgrade;{% endif %}
    proxy_pass http://mm;
  }
}
`;
const ERB = `server {
  listen <%= @port %>;
<% if @ssl %>
  ssl on;
<% end %>
  gzip <%= @gzip %>;
  location / {
    proxy_pass http://<%= @backend %>;
    unheard_of 1;
  }
}
`;
const GO = `events {}
http {
{{ range $host, $servers := . }}
server {
  listen 80;
  server_name {{ $host }};
  gzip perhaps;
  location / { proxy_pass http://{{ $host }}; }
}
{{ end }}
}
`;

it.each([
  ['Jinja', JINJA, 2],
  ['ERB', ERB, 2],
  ["Go's", GO, 3],
])('says one error and one note of a template of %s, and finds nothing in it', async (_what, text, line) => {
  const { errors, notes, findings } = await found(folderOf({ 'site.conf': text }), ['site.conf']);
  expect(errors).toMatchObject([{ file: 'site.conf', line }]);
  expect(notes).toMatchObject([{ line, says: expect.stringMatching(/^this is a template: .* was not checked$/) }]);
  expect(findings).toEqual([]);
});

it('says it of one whose marks nginx would take for words, and does not call that checked', async () => {
  const text =
    'server {\n  listen 80;\n  server_name <%= @name %>;\n  location / { proxy_pass http://127.0.0.1:8065; }\n}\n';
  const { code, stdout } = await run(folderOf({ 'site.conf': text }), ['site.conf']);
  expect(stdout).toContain('note: site.conf:3:15 this is a template');
  expect(stdout).toContain('No server was found that passes WebSockets on, so little could be checked.');
  expect(stdout).not.toMatch(/fine:|WS0/);
  expect(code).toBe(0);
});

it('follows no request through it', async () => {
  const folder = folderOf({ 'a.conf': ERB, 'b.conf': 'server { listen 81; return 403; }\n' });
  const explain = async (url: string): Promise<string> => (await run(folder, ['.', '--explain', 'GET', url])).stdout;
  const lost = await explain('ws://chat.example.com/api/v4/websocket');
  expect(lost).toMatch(/^not known: the way leads through a template/);
  expect(lost).not.toContain('it goes to');
  expect(await explain('ws://chat.example.com:81/')).toContain('nginx answers 403');
});

it('still says what is wrong in the files beside it', async () => {
  const files = { 'a.conf': ERB, 'b.conf': BAD.slice(BAD.indexOf('    map'), -2).replace('90s', '90q') };
  const { errors, findings } = await found(folderOf(files), ['.']);
  expect(errors).toMatchObject([
    { file: 'a.conf', line: 2 },
    { file: 'b.conf', says: '"proxy_read_timeout" directive invalid value' },
  ]);
  expect(new Set(findings.map(({ file }) => file))).toEqual(new Set(['b.conf']));
  expect(findings.map(({ rule }) => rule)).toContain('WS001');
});

it.each([
  ['in quotes', `sub_filter '<%= title %>' "{{ title }}";`],
  ['in a comment', '# <%= title %> {% if %} {{ title }}'],
])('takes no file for a template that has the marks %s', async (_where, line) => {
  const text = BAD.replace('location / {', `location / {\n${line}`);
  const { errors, notes, findings } = await found(folderOf({ 'nginx.conf': text }), ['nginx.conf']);
  expect({ errors, notes }).toEqual({ errors: [], notes: [] });
  expect(findings.map(({ rule }) => rule)).toContain('WS001');
  expect((await run(folderOf({ 'nginx.conf': GOOD }), ['nginx.conf'])).code).toBe(0);
});
