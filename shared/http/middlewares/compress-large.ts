import { gzipSync } from 'node:zlib';
import type { ContextMiddleware } from './request-context.ts';

/**
 * UTF-16 units from which an answer is compressed: Lambda answers 6 MB, of which a text takes more than it is long. Smaller ones go as they
 * are, since API Gateway's clients wait for the network more than for bytes.
 *
 * @see Lambda developer guide, "Lambda quotas"
 */
const LARGE = 1024 * 1024;

/** Compresses large answers for clients that don't rule it out. @see RFC 9110 §12.5.3: without the header any coding is acceptable */
export const compressLarge = (): ContextMiddleware => ({
  after: ({ internal: { received }, response }) => {
    if (!response || response.body === null || response.body.length < LARGE) return;
    const accepted = received.headers['accept-encoding'];
    if (accepted !== undefined && !/\b(?:gzip|\*)/i.test(accepted)) return;
    response.body = gzipSync(response.body).toString('base64');
    response.isBase64Encoded = true;
    response.headers = { ...response.headers, 'content-encoding': 'gzip' };
  },
});
