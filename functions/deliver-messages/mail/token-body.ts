import { groupOneTimeToken } from '../../../shared/primitives/one-time-token.ts';
import { formatDuration } from './format-duration.ts';
import type { Block, MessageContent } from './message-content.ts';
import type { MessageTexts, TokenTexts } from './message-texts.ts';

/** The hosted pages that mails lead to. */
export type Page = 'reset' | 'sign-in-link' | 'complete-sign-up' | 'not-me' | 'remove-number' | 'confirm-email';

/** What the bodies of all messages are written with. */
export interface Frame {
  texts: MessageTexts;
  product: string;
  pageUrl: (page: Page) => string;
}

/** The fragment is not sent to servers, so logs, `Referer` and link scanners don't see the token (RFC 9110 §4.2.5). */
export const withToken = (url: string, token: string, name = 'token'): string =>
  `${url}#${name}=${encodeURIComponent(token)}`;

/** A message without what all messages have. */
export type Body = Pick<MessageContent, 'subject' | 'preheader' | 'heading' | 'blocks'>;

interface TokenBody {
  say: Omit<TokenTexts, 'subject'>;
  subject: string;
  message: { token: string; validSeconds: number };
  /** Behind the introduction. */
  details?: readonly string[];
  page: Page;
  frame: Frame;
}

/** Writes a message with a one-time token: as a link, and to type in. */
export const tokenBody = ({ say, subject, message, details = [], page, frame }: TokenBody): Body => {
  const { texts, product, pageUrl } = frame;
  const duration = formatDuration({ seconds: message.validSeconds, locale: texts.locale });
  return {
    subject,
    preheader: say.preheader({ duration }),
    heading: say.heading,
    blocks: [
      ...[say.intro({ product }), ...details].map((text): Block => ({ kind: 'paragraph', text })),
      { kind: 'button', label: say.button, url: withToken(pageUrl(page), message.token) },
      { kind: 'code', label: say.tokenLabel, code: groupOneTimeToken(message.token) },
      { kind: 'paragraph', text: say.validity({ duration }) },
      { kind: 'note', text: say.secrecy({ product }) },
      { kind: 'note', text: say.ifNotYou },
    ],
  };
};
