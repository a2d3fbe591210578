/** Configurations of 20,000 lines, as generators write them: what `hangup check` has to read within a second. */

export interface LargeConfiguration {
  readonly name: string;
  readonly text: string;
}

const LINES = 20_000;

const HEAD = `worker_processes auto;
events { worker_connections 1024; }
http {
  server_names_hash_max_size 4096;
  server_names_hash_bucket_size 128;
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }`;

const socketLocation = (upstream: string): string => `    location ~ /api/v[0-9]+/(users/)?websocket$ {
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header Host $http_host;
      proxy_http_version 1.1;
      proxy_read_timeout 90s;
      proxy_pass http://${upstream};
    }`;

const location = (path: string, upstream: string): string => `    location ${path} {
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_pass http://${upstream};
    }`;

const repeat = (times: number, text: (index: number) => string): string =>
  Array.from({ length: times }, (_, index) => text(index)).join('\n');

/** @param host written once for each index, as often as LINES asks for */
function configuration(name: string, host: (index: number) => string): LargeConfiguration {
  const linesEach = host(0).split('\n').length;
  const hosts = Math.floor((LINES - HEAD.split('\n').length) / linesEach);
  return { name, text: `${HEAD}\n${repeat(hosts, host)}\n}\n` };
}

export const largeConfigurations = (): readonly LargeConfiguration[] => [
  configuration('virtual hosts with ten locations each', (index) =>
    [
      `  upstream b${index} { server 127.0.0.1:8065; keepalive 32; }`,
      '  server {',
      '    listen 127.0.0.1:8080;',
      `    server_name h${index}.example.com;`,
      repeat(10, (at) => location(`/p${at}/`, `b${index}`)),
      socketLocation(`b${index}`),
      '  }',
    ].join('\n'),
  ),
  configuration('servers before Mattermost and nothing else', (index) =>
    [
      '  server {',
      '    listen 127.0.0.1:8080;',
      `    server_name h${index}.example.com;`,
      location('/', '127.0.0.1:8065'),
      socketLocation('127.0.0.1:8065'),
      '  }',
    ].join('\n'),
  ),
];
