import { groupOneTimeToken } from '../../../shared/primitives/one-time-token.ts';
import { formatDuration } from './format-duration.ts';
import type { Block } from './message-content.ts';
import { type Body, type Frame, type Page, withToken } from './message-frame.ts';
import type { TokenTexts } from './text-shapes.ts';

interface TokenBody {
  say: Omit<TokenTexts, 'subject'>;
  subject: string;
  message: { token: string; validSeconds: number };
  /** Behind the introduction. */
  details?: readonly string[];
  page: Page;
  /** Ends the message with a link of "this wasn't me", in which the token has this name. */
  notMe?: { label: string; tokenName: 'token' | 'link' };
  frame: Frame;
}

/** The page asks first: a mail scanner that opens the link voids nothing. */
const notMeLink = (
  { label, tokenName }: NonNullable<TokenBody['notMe']>,
  token: string,
  { pageUrl }: Frame,
): Block => ({
  kind: 'link',
  label,
  url: withToken(pageUrl('not-me'), token, tokenName),
});

/** Writes a message with a one-time token: as a link, and to type in. */
export const tokenBody = ({ say, subject, message, details = [], page, notMe, frame }: TokenBody): Body => {
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
      ...(notMe ? [notMeLink(notMe, message.token, frame)] : []),
    ],
  };
};
