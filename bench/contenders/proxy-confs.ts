/** nginx and HAProxy as a WebSocket proxy for many connections: one process, one thread, no access log. */

interface ConfPlace {
  readonly port: number;
  readonly target: number;
  readonly folder: string;
}

export const nginxConf = ({ port, target, folder }: ConfPlace): string => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
worker_rlimit_nofile 20000;
events { worker_connections 19500; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://127.0.0.1:${target};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header Host $http_host;
      proxy_read_timeout 1h;
      proxy_send_timeout 1h;
    }
  }
}
`;

export const haproxyConf = ({ port, target }: ConfPlace): string => `
global
  maxconn 9800
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  timeout tunnel 1h
frontend f
  bind 127.0.0.1:${port} backlog 4096
  default_backend b
backend b
  server s1 127.0.0.1:${target}
`;
