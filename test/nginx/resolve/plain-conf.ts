/** A main configuration for a test's own `http` text: everything it writes stays in its folder. */
export const plainConf = (folder: string, http: string): string => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
events { worker_connections 512; }
http {
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  access_log off;
  root /nonexistent;
  absolute_redirect off;
  variables_hash_max_size 4096;
  server_names_hash_bucket_size 128;
  ${http}
}
`;
