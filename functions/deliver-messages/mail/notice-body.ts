import { groupOneTimeToken } from '../../../shared/primitives/one-time-token.ts';
import { FEW_RECOVERY_CODES } from '../../../shared/two-factor/second-factors.ts';
import { formatInstant } from './format-instant.ts';
import type { Message, UndoLink } from './message.ts';
import type { Block } from './message-content.ts';
import { type Body, type Frame, type Page, withToken } from './message-frame.ts';
import type { SecurityNoticeTexts } from './message-texts.ts';
import type { NoticeTexts, RemedyTexts } from './text-shapes.ts';

/** A link that takes back what a message tells of. */
interface Remedy {
  link: UndoLink;
  page: Page;
  texts: RemedyTexts;
}

interface NoticeBody {
  say: NoticeTexts;
  /** RFC 3339, UTC. */
  happenedAt: string;
  /** Further facts beside the event. */
  details?: readonly string[];
  page?: Page;
  /** What takes it back; left out where nothing does. */
  remedy?: Remedy | undefined;
  frame: Frame;
}

/** What there is to do for a reader who did not make the change. */
const remedyBlocks = ({ say, page = 'not-me', remedy, frame: { texts, pageUrl } }: NoticeBody): Block[] => {
  if (!remedy) {
    return [
      { kind: 'paragraph', text: say.ifNotYou },
      { kind: 'steps', items: say.steps },
      { kind: 'button', label: say.action, url: pageUrl(page) },
    ];
  }
  const { link, texts: remedyTexts } = remedy;
  const { ifNotYou, effect, action, tokenLabel, secrecy } = remedyTexts;
  return [
    { kind: 'paragraph', text: ifNotYou },
    { kind: 'button', label: action, url: withToken(pageUrl(remedy.page), link.token) },
    { kind: 'paragraph', text: effect(formatInstant({ instant: link.until, locale: texts.locale })) },
    { kind: 'code', label: tokenLabel, code: groupOneTimeToken(link.token) },
    { kind: 'note', text: secrecy },
  ];
};

/** Of a change that can be undone. */
export const undoRemedy = (link: UndoLink | undefined, { texts }: Frame): Remedy | undefined =>
  link && { link, page: 'undo', texts: texts.undo };

/** The message of a notice: what happened, and what there is to do. */
export const noticeBody = (notice: NoticeBody): Body => {
  const { say, happenedAt, details = [], frame } = notice;
  const { texts, product } = frame;
  const happened = say.happened({ product, ...formatInstant({ instant: happenedAt, locale: texts.locale }) });
  const paragraphs = [happened, ...details, say.ifYou];
  return {
    subject: say.subject({ product }),
    preheader: say.preheader,
    heading: say.heading,
    blocks: [...paragraphs.map((text): Block => ({ kind: 'paragraph', text })), ...remedyBlocks(notice)],
  };
};

const sayCodesLeft = ({ none, one, other }: SecurityNoticeTexts['codesLeft'], count: number): string => {
  if (count === 0) return none;
  return count === 1 ? one : other({ count: String(count) });
};

type SecurityNotice = Extract<Message, { kind: 'security-notice' }>;

/** The same for an event of a second factor or of an identity. */
export const securityNoticeBody = (
  { event, happenedAt, recoveryCodesLeft, acceptedAgainAt, undo }: SecurityNotice,
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
  return noticeBody({
    say,
    happenedAt,
    details: again ? [securityNotice.acceptedAgain(again)] : [],
    remedy: undoRemedy(undo, frame),
    frame,
  });
};
