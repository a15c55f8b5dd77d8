import type { ToldOperatorAct } from '../../../shared/outbox/intent.ts';
import { groupOneTimeToken } from '../../../shared/primitives/one-time-token.ts';
import { formatInstant } from './format-instant.ts';
import { type Body, type Frame, plainBody, withToken } from './message-frame.ts';

/** Content of a message about what an operator does with an account. */
export type OperatorMessage =
  | {
      kind: 'operator-notice';
      act: ToldOperatorAct;
      /** RFC 3339, UTC. */
      happenedAt: string;
    }
  | {
      kind: 'factor-reset';
      /** Stops it. */
      token: string;
      /** RFC 3339, UTC: when it is done unless it is stopped. */
      waitsUntil: string;
    };

/** Writes it. */
export const operatorBody = (message: OperatorMessage, frame: Frame): Body => {
  const { texts, product, pageUrl } = frame;
  const { locale, operator } = texts;
  if (message.kind === 'operator-notice') {
    const say = operator.notices[message.act];
    const at = formatInstant({ instant: message.happenedAt, locale });
    return plainBody({ say, paragraphs: [say.happened({ product, ...at }), say.advice], frame });
  }

  const { token, waitsUntil } = message;
  const say = operator.factorReset;
  return {
    subject: say.subject({ product }),
    preheader: say.preheader,
    heading: say.heading,
    blocks: [
      { kind: 'paragraph', text: say.intro({ product }) },
      { kind: 'paragraph', text: say.deadline(formatInstant({ instant: waitsUntil, locale })) },
      { kind: 'paragraph', text: say.ifYou },
      { kind: 'paragraph', text: say.ifNotYou },
      { kind: 'button', label: say.stop, url: withToken(pageUrl('not-me'), token, 'link') },
      { kind: 'code', label: say.tokenLabel, code: groupOneTimeToken(token) },
      { kind: 'note', text: say.secrecy({ product }) },
    ],
  };
};
