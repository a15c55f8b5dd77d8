import type { EmailSide } from '../../../shared/contract/email-sides.ts';
import { formatInstant } from './format-instant.ts';
import { type Body, type Frame, plainBody } from './message-frame.ts';
import { tokenBody } from './token-body.ts';

/** Content of a message about a change of address that is pending. */
export type EmailChangeMessage =
  | {
      kind: 'email-change';
      side: EmailSide;
      /** Canonical, and so ASCII; shown to the present address alone. */
      newEmail: string;
      token: string;
      validSeconds: number;
      /** RFC 3339, UTC: from when on the present address isn't asked; `null` where it has to confirm. */
      waitsUntil: string | null;
      /** Whether the owner has to ask once more then; else the link of the new address is enough. */
      wantsOwner: boolean;
    }
  | { kind: 'email-in-use' }
  | {
      kind: 'email-reserved';
      /** RFC 3339, UTC: from when on the address is free. */
      until: string;
    };

const HOUR_SECONDS = 60 * 60;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** The life counts from the request, so that it is a few seconds less than whole by now: such as 13 days and not 335 hours and 59 minutes. */
const inWholeUnits = (seconds: number): number => {
  const unit = seconds >= 2 * DAY_SECONDS ? DAY_SECONDS : HOUR_SECONDS;
  return seconds < HOUR_SECONDS ? seconds : seconds - (seconds % unit);
};

/** Writes it. */
export const emailChangeBody = (message: EmailChangeMessage, frame: Frame): Body => {
  const { texts, product } = frame;
  if (message.kind === 'email-in-use') {
    const say = texts.emailChange.inUse;
    return plainBody({ say, paragraphs: [say.intro({ product }), say.ifYou], frame });
  }

  if (message.kind === 'email-reserved') {
    const say = texts.emailChange.reserved;
    const until = formatInstant({ instant: message.until, locale: texts.locale });
    return plainBody({ say, paragraphs: [say.intro({ product }), say.until(until), say.ifYours], frame });
  }

  const { side, newEmail, waitsUntil, wantsOwner, token } = message;
  const { unreachable } = texts.emailChange;
  const isUnreachable = side === 'old' && waitsUntil !== null;
  const { intro, ...say } = isUnreachable ? unreachable : texts.emailChange[side];
  const sayWait = side === 'old' ? unreachable.deadline : texts.emailChange.new[wantsOwner ? 'laterInApp' : 'later'];
  const details = waitsUntil === null ? [] : [sayWait(formatInstant({ instant: waitsUntil, locale: texts.locale }))];
  return tokenBody({
    say: { ...say, intro: () => intro({ product, address: newEmail }) },
    subject: say.subject({ product }),
    message: { token, validSeconds: inWholeUnits(message.validSeconds) },
    details,
    page: 'confirm-email',
    notMe: { label: say.notMe, tokenName: 'link' },
    frame,
  });
};
