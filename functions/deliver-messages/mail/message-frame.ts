import type { MessageContent } from './message-content.ts';
import type { MessageTexts } from './message-texts.ts';

/** A hosted page that messages link to. */
export type Page =
  | 'reset'
  | 'sign-in-link'
  | 'complete-sign-up'
  | 'confirm-email'
  | 'not-me'
  | 'remove-number'
  | 'undo';

/** What all parts of one message have in common. */
export interface Frame {
  texts: MessageTexts;
  product: string;
  pageUrl: (page: Page) => string;
}

/** The fragment is not sent to servers, so logs, `Referer` and link scanners don't see the token (RFC 9110 §4.2.5). */
export const withToken = (url: string, token: string, name = 'token'): string =>
  `${url}#${name}=${encodeURIComponent(token)}`;

/** A message without its frame. */
export type Body = Pick<MessageContent, 'subject' | 'preheader' | 'heading' | 'blocks'>;
