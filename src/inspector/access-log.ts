import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { maskedUrl } from '../evidence/secrets.ts';

/**
 * A line for each request at level debug, or warn where hangup itself failed. No header is logged, so neither cookies nor
 * Authorization can be; the token of a link is masked in the URL.
 */
export function accessLog(logger: Logger): RequestHandler {
  return pinoHttp<IncomingMessage & { originalUrl?: string }, ServerResponse>({
    logger,
    wrapSerializers: false,
    serializers: {
      req: ({ method, url = '', originalUrl, socket }: IncomingMessage & { originalUrl?: string }) => ({
        method,
        url: maskedUrl(originalUrl ?? url),
        from: socket.remoteAddress,
      }),
      res: ({ statusCode }: ServerResponse) => ({ statusCode }),
    },
    customLogLevel: (_request, { statusCode }, error) => (error !== undefined || statusCode >= 500 ? 'warn' : 'debug'),
  });
}
