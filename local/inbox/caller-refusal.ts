import type { IncomingHttpHeaders } from 'node:http';
import { isCrossOriginWrite } from '../../shared/http/cross-origin.ts';
import { isOwnHost } from '../own-host.ts';
import { type InboxAnswer, refusal } from './inbox-answer.ts';

/**
 * Refuses web pages of other sites: those that reach the inbox by a domain of theirs (DNS rebinding), and those that
 * send a cross-site form to plant a mail.
 *
 * @returns the refusal, or `null` when the caller is a program on this machine or the inbox's own page
 * @see https://fetch.spec.whatwg.org/#origin-header
 */
export const callerRefusal = ({
  method,
  headers,
}: {
  method: string;
  headers: IncomingHttpHeaders;
}): InboxAnswer | null => {
  const { host = '' } = headers;
  if (!isOwnHost(host)) return refusal(403, 'The inbox answers to 127.0.0.1 and localhost only.');
  const isTrusted = (origin: string): boolean => origin.toLowerCase() === `http://${host.toLowerCase()}`;
  if (!isCrossOriginWrite({ method, headers, isTrusted })) return null;
  return refusal(403, 'Pages of other origins may not change the inbox.');
};
