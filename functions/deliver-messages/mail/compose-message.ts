import type { Language } from '../../../shared/primitives/language.ts';
import { oneLine } from '../one-line.ts';
import { deletionBody } from './deletion-body.ts';
import { emailChangeBody } from './email-change-body.ts';
import { formatInstant } from './format-instant.ts';
import { htmlLayout } from './html-layout.ts';
import { de } from './languages/de.ts';
import { en } from './languages/en.ts';
import type { MailMessage } from './mailer.ts';
import type { Message, RecoveryByPhoneMessage, RequestedMessage } from './message.ts';
import type { Block, MessageContent } from './message-content.ts';
import { type Body, type Frame, type Page, plainBody, withToken } from './message-frame.ts';
import type { MessageTexts } from './message-texts.ts';
import { newDeviceBody, signInCodeBody } from './new-device-body.ts';
import { noticeBody, securityNoticeBody, undoRemedy } from './notice-body.ts';
import { operatorBody } from './operator-body.ts';
import { sayDevice } from './say-device.ts';
import { textLayout } from './text-layout.ts';
import { tokenBody } from './token-body.ts';

export interface ComposeMessageInput {
  message: Message;
  language: Language;
  /** Any text; it is escaped. */
  productName: string;
  /**
   * Origin of every link, without a trailing slash. From the settings, never from a request (host header injection).
   */
  publicUrl: string;
}

const TEXTS: Readonly<Record<Language, MessageTexts>> = { en, de };

/**
 * The pages of each message, and the name of its token in the link of "this wasn't me": that page can check a recovery token before
 * it is voided, and no route checks the other.
 */
const REQUESTED = {
  recovery: { texts: 'recovery', page: 'reset', revokeBy: 'token' },
  'sign-in-link': { texts: 'signInLink', page: 'sign-in-link', revokeBy: 'link' },
} as const;

const requestedBody = (message: RequestedMessage, frame: Frame): Body => {
  const { texts, product } = frame;
  const { texts: named, page, revokeBy } = REQUESTED[message.kind];
  const say = texts[named];
  const { clock, ...at } = formatInstant({ instant: message.requestedAt, locale: texts.locale });
  const details = [say.asked({ ...at, device: sayDevice(message.device, texts.device) })];
  const notMe = { label: say.notMe, tokenName: revokeBy };
  return tokenBody({ say, subject: say.subject({ product, clock }), message, details, page, notMe, frame });
};

/** The link is the message's own button: it is the one thing that a reader may have to do. The page asks before it does anything. */
const recoveryByPhoneBody = (message: RecoveryByPhoneMessage, { texts, product, pageUrl }: Frame): Body => {
  const say = texts.recoveryByPhone;
  const { clock, ...at } = formatInstant({ instant: message.requestedAt, locale: texts.locale });
  const paragraphs = [
    say.happened({ product, number: message.phoneHint }),
    say.asked({ ...at, device: sayDevice(message.device, texts.device) }),
    say.ifYou,
    say.ifNotYou,
  ];
  return {
    subject: say.subject({ product, clock }),
    preheader: say.preheader,
    heading: say.heading,
    blocks: [
      ...paragraphs.map((text): Block => ({ kind: 'paragraph', text })),
      { kind: 'button', label: say.notMe, url: withToken(pageUrl('not-me'), message.token, 'link') },
      { kind: 'note', text: say.secrecy },
    ],
  };
};

const bodyOf = (message: Message, frame: Frame): Body => {
  const { texts, product } = frame;
  switch (message.kind) {
    case 'recovery':
    case 'sign-in-link':
      return requestedBody(message, frame);
    case 'recovery-by-phone':
      return recoveryByPhoneBody(message, frame);
    case 'sign-in-code':
      return signInCodeBody(message, frame);
    case 'new-device':
      return newDeviceBody(message, frame);
    case 'email-change':
    case 'email-in-use':
    case 'email-reserved':
      return emailChangeBody(message, frame);
    case 'operator-notice':
    case 'factor-reset':
      return operatorBody(message, frame);
    case 'sign-up':
      return tokenBody({
        say: texts.signUp,
        subject: texts.signUp.subject({ product }),
        message,
        page: 'complete-sign-up',
        frame,
      });
    case 'email-proof':
      return tokenBody({
        say: texts.emailProof,
        subject: texts.emailProof.subject({ product }),
        message,
        page: 'prove-email',
        frame,
      });
    case 'already-registered': {
      const say = texts.alreadyRegistered;
      return plainBody({ say, paragraphs: [say.intro({ product }), say.signIn, say.forgotten], frame });
    }
    case 'email-changed':
      return noticeBody({ say: texts.emailChange.changed, happenedAt: message.changedAt, frame });
    case 'password-changed':
      return noticeBody({
        say: texts.passwordChanged,
        happenedAt: message.changedAt,
        remedy: undoRemedy(message.undo, frame),
        frame,
      });
    case 'change-undone':
      return tokenBody({
        say: texts.changeUndone,
        subject: texts.changeUndone.subject({ product }),
        message,
        details: texts.changeUndone.effects,
        page: 'reset',
        frame,
      });
    case 'export-ready':
      return tokenBody({
        say: texts.exportReady,
        subject: texts.exportReady.subject({ product }),
        message,
        page: 'export',
        frame,
      });
    case 'deletion-requested':
      return deletionBody(message, frame);
    case 'security-notice':
      return securityNoticeBody(message, frame);
    case 'phone-proven-elsewhere': {
      const say = texts.phoneProvenElsewhere;
      const { happenedAt, isVerified } = message;
      return noticeBody({ say, happenedAt, details: isVerified ? [] : [say.unverified], page: 'remove-number', frame });
    }
  }
};

/** Some servers copy a subject into the header as it is, where "=?" would start an encoded word (RFC 2047 §2). */
const subjectLine = (subject: string): string => oneLine(subject).replaceAll('=?', '= ?');

/**
 * Composes a message: a subject, and the same facts as plain text and as HTML.
 *
 * @throws RangeError for an invalid `changedAt`, `erasesAt`, `happenedAt` or `requestedAt`
 */
export const composeMessage = ({ message, language, productName, publicUrl }: ComposeMessageInput): MailMessage => {
  const texts = TEXTS[language];
  const product = oneLine(productName);
  const pageUrl = (page: Page) => `${publicUrl}/ui/${page}?lang=${language}`;

  const body = bodyOf(message, { texts, product, pageUrl });
  const content: MessageContent = { ...body, language, productName: product, footer: texts.footer({ product }) };
  return { subject: subjectLine(content.subject), text: textLayout(content), html: htmlLayout(content) };
};
