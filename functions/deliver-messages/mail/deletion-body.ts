import { groupOneTimeToken } from '../../../shared/primitives/one-time-token.ts';
import { formatInstant } from './format-instant.ts';
import type { Message } from './message.ts';
import { type Body, type Frame, withToken } from './message-frame.ts';

/** The mail about an account that is to be deleted, with the link that keeps it. */
export const deletionBody = (
  { by, token, requestedAt, erasesAt }: Extract<Message, { kind: 'deletion-requested' }>,
  { texts, product, pageUrl }: Frame,
): Body => {
  const { locale, deletion: say } = texts;
  const end = formatInstant({ instant: erasesAt, locale });
  return {
    subject: say.subject({ product }),
    preheader: say.preheader(end),
    heading: say.heading,
    blocks: [
      { kind: 'paragraph', text: say.by[by].happened({ product, ...formatInstant({ instant: requestedAt, locale }) }) },
      { kind: 'paragraph', text: say.until(end) },
      { kind: 'paragraph', text: say.ifYou },
      { kind: 'button', label: say.button, url: withToken(pageUrl('keep-account'), token) },
      { kind: 'code', label: say.tokenLabel, code: groupOneTimeToken(token) },
      { kind: 'paragraph', text: say.by[by].ifNotYou },
      { kind: 'note', text: say.secrecy({ product }) },
    ],
  };
};
