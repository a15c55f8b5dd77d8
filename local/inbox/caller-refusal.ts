import type { IncomingHttpHeaders } from 'node:http';
import { isCrossOriginWrite } from '../../shared/http/cross-origin.ts';
import { type InboxAnswer, refusal } from './inbox-answer.ts';

const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * Keeps the pages of other sites out of a developer's messages. Whoever controls a name can point it at 127.0.0.1
 * once its page is loaded, and the browser then takes the inbox for that page's own server (DNS rebinding); only the
 * Host header still tells. And any page can have a form sent here, to plant a mail.
 *
 * @returns the refusal, or `null` when the caller is a program on this machine or the inbox's own page
 */
export const callerRefusal = ({
  method,
  headers,
}: {
  method: string;
  headers: IncomingHttpHeaders;
}): InboxAnswer | null => {
  const { host = '' } = headers;
  if (!LOOPBACK_HOST.test(host)) return refusal(403, 'The inbox answers to 127.0.0.1 and localhost only.');
  const isTrusted = (origin: string): boolean => origin.toLowerCase() === `http://${host.toLowerCase()}`;
  if (!isCrossOriginWrite({ method, headers, isTrusted })) return null;
  return refusal(403, 'Pages of other origins may not change the inbox.');
};
