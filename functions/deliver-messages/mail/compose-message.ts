import type { SecurityNoticeEvent } from '../../../shared/outbox/security-notice-event.ts';
import type { DescribedDevice } from '../../../shared/primitives/described-device.ts';
import type { Language } from '../../../shared/primitives/language.ts';
import { FEW_RECOVERY_CODES } from '../../../shared/two-factor/second-factors.ts';
import { oneLine } from '../one-line.ts';
import { type EmailChangeMessage, emailChangeBody } from './email-change-body.ts';
import { formatInstant } from './format-instant.ts';
import { htmlLayout } from './html-layout.ts';
import { de } from './languages/de.ts';
import { en } from './languages/en.ts';
import type { MailMessage } from './mailer.ts';
import type { Block, MessageContent } from './message-content.ts';
import type { DeviceTexts, MessageTexts, NoticeTexts, SecurityNoticeTexts } from './message-texts.ts';
import { textLayout } from './text-layout.ts';
import { type Body, type Frame, type Page, tokenBody, withToken } from './token-body.ts';

/** Content of a message with a token that anybody can ask for. */
interface RequestedMessage {
  kind: 'recovery' | 'sign-in-link';
  token: string;
  validSeconds: number;
  /** RFC 3339, UTC. */
  requestedAt: string;
  device: DescribedDevice;
}

/** Content of a message. Tokens are canonical, 26 characters. */
export type Message =
  | RequestedMessage
  | EmailChangeMessage
  | { kind: 'sign-up'; token: string; validSeconds: number }
  | { kind: 'already-registered' }
  | {
      /** For the address of before; of the change of an address. */
      kind: 'password-changed' | 'email-changed';
      /** RFC 3339, UTC. */
      changedAt: string;
    }
  | {
      kind: 'security-notice';
      event: SecurityNoticeEvent;
      /** RFC 3339, UTC. */
      happenedAt: string;
      /** Set only when a recovery code was used. */
      recoveryCodesLeft?: number | undefined;
      /** RFC 3339, UTC: when an app's codes, refused until then, are accepted again. */
      acceptedAgainAt?: string | undefined;
    }
  | {
      kind: 'phone-proven-elsewhere';
      /** RFC 3339, UTC. */
      happenedAt: string;
      /** Whether the reader's own profile shows the number as verified. */
      isVerified: boolean;
    };

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

const sayDevice = ({ program, system }: DescribedDevice, { programOn, app, mac, unknown }: DeviceTexts): string => {
  const programText = program === 'app' ? app : program;
  const systemText = system === 'mac' ? mac : system;
  if (programText !== null && systemText !== null) return programOn({ program: programText, system: systemText });
  return programText ?? systemText ?? unknown;
};

/**
 * The pages of each message, and the name of its token in the link of "this wasn't me": that page can check a recovery token before
 * it is voided, and no route checks the other.
 */
const REQUESTED = {
  recovery: { texts: 'recovery', page: 'reset', revokeBy: 'token' },
  'sign-in-link': { texts: 'signInLink', page: 'sign-in-link', revokeBy: 'link' },
} as const;

const requestedBody = (message: RequestedMessage, frame: Frame): Body => {
  const { texts, product, pageUrl } = frame;
  const { texts: named, page, revokeBy } = REQUESTED[message.kind];
  const say = texts[named];
  const { clock, ...at } = formatInstant({ instant: message.requestedAt, locale: texts.locale });
  const details = [say.asked({ ...at, device: sayDevice(message.device, texts.device) })];
  const body = tokenBody({ say, subject: say.subject({ product, clock }), message, details, page, frame });
  // The page asks first: a mail scanner that opens the link voids nothing.
  const url = withToken(pageUrl('not-me'), message.token, revokeBy);
  return { ...body, blocks: [...body.blocks, { kind: 'link', label: say.notMe, url }] };
};

interface NoticeBody {
  say: NoticeTexts;
  /** RFC 3339, UTC. */
  happenedAt: string;
  /** Further facts beside the event. */
  details?: readonly string[];
  page?: Page;
  frame: Frame;
}

const noticeBody = ({
  say,
  happenedAt,
  details = [],
  page = 'not-me',
  frame: { texts, product, pageUrl },
}: NoticeBody): Body => {
  const happened = say.happened({ product, ...formatInstant({ instant: happenedAt, locale: texts.locale }) });
  const paragraphs = [happened, ...details, say.ifYou, say.ifNotYou];
  return {
    subject: say.subject({ product }),
    preheader: say.preheader,
    heading: say.heading,
    blocks: [
      ...paragraphs.map((text): Block => ({ kind: 'paragraph', text })),
      { kind: 'steps', items: say.steps },
      { kind: 'button', label: say.action, url: pageUrl(page) },
    ],
  };
};

const sayCodesLeft = ({ none, one, other }: SecurityNoticeTexts['codesLeft'], count: number): string => {
  if (count === 0) return none;
  return count === 1 ? one : other({ count: String(count) });
};

type SecurityNotice = Extract<Message, { kind: 'security-notice' }>;

const securityNoticeBody = (
  { event, happenedAt, recoveryCodesLeft, acceptedAgainAt }: SecurityNotice,
  frame: Frame,
): Body => {
  const { locale, securityNotice } = frame.texts;
  const say = { ...securityNotice.common, ...securityNotice.events[event] };
  if (event === 'recovery-code-used' && recoveryCodesLeft !== undefined) {
    const ifYou = recoveryCodesLeft <= FEW_RECOVERY_CODES ? securityNotice.ifYouAndFewLeft : say.ifYou;
    const details = [sayCodesLeft(securityNotice.codesLeft, recoveryCodesLeft)];
    return noticeBody({ say: { ...say, ifYou }, happenedAt, details, frame });
  }
  const again = acceptedAgainAt === undefined ? null : formatInstant({ instant: acceptedAgainAt, locale });
  return noticeBody({ say, happenedAt, details: again ? [securityNotice.acceptedAgain(again)] : [], frame });
};

const bodyOf = (message: Message, frame: Frame): Body => {
  const { texts, product } = frame;
  switch (message.kind) {
    case 'recovery':
    case 'sign-in-link':
      return requestedBody(message, frame);
    case 'email-change':
    case 'email-in-use':
      return emailChangeBody(message, frame);
    case 'sign-up':
      return tokenBody({
        say: texts.signUp,
        subject: texts.signUp.subject({ product }),
        message,
        page: 'complete-sign-up',
        frame,
      });
    case 'already-registered': {
      const say = texts.alreadyRegistered;
      return {
        subject: say.subject({ product }),
        preheader: say.preheader,
        heading: say.heading,
        blocks: [
          { kind: 'paragraph', text: say.intro({ product }) },
          { kind: 'paragraph', text: say.signIn },
          { kind: 'paragraph', text: say.forgotten },
          { kind: 'note', text: say.ifNotYou },
        ],
      };
    }
    case 'email-changed':
      return noticeBody({ say: texts.emailChange.changed, happenedAt: message.changedAt, frame });
    case 'password-changed':
      return noticeBody({ say: texts.passwordChanged, happenedAt: message.changedAt, frame });
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
 * @throws RangeError for an invalid `changedAt`, `happenedAt` or `requestedAt`
 */
export const composeMessage = ({ message, language, productName, publicUrl }: ComposeMessageInput): MailMessage => {
  const texts = TEXTS[language];
  const product = oneLine(productName);
  const pageUrl = (page: Page) => `${publicUrl}/ui/${page}?lang=${language}`;

  const body = bodyOf(message, { texts, product, pageUrl });
  const content: MessageContent = { ...body, language, productName: product, footer: texts.footer({ product }) };
  return { subject: subjectLine(content.subject), text: textLayout(content), html: htmlLayout(content) };
};
