/** Configurations of 20,000 lines, as generators write them. */

export interface LargeConfiguration {
  readonly name: string;
  readonly text: string;
  /** How long `hangup check` may take, the start of the program included. */
  readonly budgetMs: number;
}

const LINES = 20_000;
const CHECK_MS = 1000;
/** Thousands of findings, each with its mend, are made and printed as well. */
const FINDINGS_MS = 1500;

const HEAD = `worker_processes auto;
events { worker_connections 1024; }
http {
  server_names_hash_max_size 4096;
  server_names_hash_bucket_size 128;`;

const HEAD_WITH_MAP = `${HEAD}
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
function configuration(
  name: string,
  head: string,
  host: (index: number) => string,
): Omit<LargeConfiguration, 'budgetMs'> {
  const linesEach = host(0).split('\n').length;
  const hosts = Math.floor((LINES - head.split('\n').length) / linesEach);
  return { name, text: `${head}\n${repeat(hosts, host)}\n}\n` };
}

export const largeConfigurations = (): readonly LargeConfiguration[] => [
  {
    ...configuration('virtual hosts with ten locations each', HEAD_WITH_MAP, (index) =>
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
    budgetMs: CHECK_MS,
  },
  {
    ...configuration('servers before Mattermost and nothing else', HEAD_WITH_MAP, (index) =>
      [
        '  server {',
        '    listen 127.0.0.1:8080;',
        `    server_name h${index}.example.com;`,
        location('/', '127.0.0.1:8065'),
        socketLocation('127.0.0.1:8065'),
        '  }',
      ].join('\n'),
    ),
    budgetMs: CHECK_MS,
  },
  {
    ...configuration('servers that pass no upgrade on, each with its findings', HEAD, (index) =>
      [
        '  server {',
        '    listen 127.0.0.1:8080;',
        `    server_name h${index}.example.com;`,
        location('/', '127.0.0.1:8065'),
        location('/api/', '127.0.0.1:8065'),
        '  }',
      ].join('\n'),
    ),
    budgetMs: FINDINGS_MS,
  },
];
