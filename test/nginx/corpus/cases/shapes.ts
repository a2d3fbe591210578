import type { Files } from '../judge.ts';

/** Ways to write a case down: what is special about it, in as much configuration around it as nginx needs. */

export interface Case {
  /** What it is. */
  readonly name: string;
  readonly files: Files;
}

export const whole = (name: string, text: string | Uint8Array, more: Files = {}): Case => ({
  name,
  files: { 'nginx.conf': text, ...more },
});

export const inMain = (name: string, text: string): Case => whole(name, `${text}\nevents {}\n`);

export const inHttp = (name: string, text: string, more: Files = {}): Case =>
  whole(name, `events {}\nhttp {\naccess_log off;\n${text}\n}\n`, more);

export const inServer = (name: string, text: string): Case =>
  inHttp(name, `server {\nlisten 127.0.0.1:8080;\n${text}\n}`);

export const inLocation = (name: string, text: string): Case => inServer(name, `location / {\n${text}\n}`);

export const inUpstream = (name: string, text: string): Case => inHttp(name, `upstream backend {\n${text}\n}`);
