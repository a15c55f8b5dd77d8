import type { Block, MessageContent } from './message-content.ts';
import type { MessageTexts } from './message-texts.ts';
import type { Saying } from './text-shapes.ts';

/** A hosted page that messages link to. */
export type Page =
  | 'reset'
  | 'sign-in-link'
  | 'complete-sign-up'
  | 'confirm-email'
  | 'prove-email'
  | 'not-me'
  | 'not-my-sign-in'
  | 'remove-number'
  | 'export'
  | 'keep-account'
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

/** A message that asks for nothing: paragraphs, and a note for a reader who did not cause it. */
export const plainBody = ({
  say,
  paragraphs,
  frame: { product },
}: {
  say: { subject: Saying<'product'>; preheader: string; heading: string; ifNotYou: string };
  paragraphs: readonly string[];
  frame: Frame;
}): Body => ({
  subject: say.subject({ product }),
  preheader: say.preheader,
  heading: say.heading,
  blocks: [...paragraphs.map((text): Block => ({ kind: 'paragraph', text })), { kind: 'note', text: say.ifNotYou }],
});
