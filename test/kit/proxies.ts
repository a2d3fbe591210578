/** Real proxies as child processes: nginx, HAProxy, Caddy. Each in a folder and on a port of its own; close them all. */

export { Caddy, type CaddyOptions, type CaddySettings, startCaddy } from './caddy.ts';
export { type Certificate, certificate } from './certificate.ts';
export { Haproxy, type HaproxyOptions, type HaproxySettings, startHaproxy } from './haproxy.ts';
export { available, describeWith, type Needed } from './needs.ts';
export { Nginx, type NginxOptions, startNginx } from './nginx.ts';
export { type NginxPlace, type NginxSettings, nginxConf, type UpgradeVariant } from './nginx-conf.ts';
export { freePort, untilAccepts } from './ports.ts';
export type { Place, ProxyOptions, ProxyProcess } from './proxy.ts';
