import type { MailReferences } from '../../shared/account/mail-reference.ts';
import type { MailIntent } from '../../shared/outbox/intent.ts';
import type { ClaimedIntent } from '../../shared/outbox/outbox.ts';
import { chooseLanguage, type Language } from '../../shared/primitives/language.ts';
import type { DraftMail } from './draft-mail.ts';
import { purposeOf, type TellBySms, unreachedBy } from './lost-mail.ts';
import { composeMessage } from './mail/compose-message.ts';
import type { Mailer } from './mail/mailer.ts';

export interface DeliverMailDeps {
  draftMail: DraftMail;
  mailer: Mailer;
  mailReferences: Pick<MailReferences, 'write'>;
  tellBySms: TellBySms;
  settings: { productName: string; publicUrl: string; defaultLanguage: Language };
}

/** How an intent ended; the log has it. */
export type Outcome = 'sent' | 'nothing-to-send' | 'undeliverable' | 'too-late' | `refused-${string}`;

/** The same, with what is to be noted of it. */
export interface Delivered {
  outcome: Outcome;
  note: (() => Promise<void>) | null;
}

export const withNothingToNote = (outcome: Outcome): Delivered => ({ outcome, note: null });

/** Writes and sends a mail. A notice is kept from an address that mail does not reach; what its owner asks for goes there. */
export const makeDeliverMail = ({ draftMail, mailer, mailReferences, tellBySms, settings }: DeliverMailDeps) => {
  return async (claimed: ClaimedIntent, intent: MailIntent): Promise<Delivered> => {
    const draft = await draftMail(claimed, intent);
    if (!draft) return withNothingToNote('nothing-to-send');
    if (draft === 'refused-mailbox') return withNothingToNote(draft);
    const unreached = unreachedBy(draft);
    if (unreached) {
      await tellBySms(claimed, intent, unreached);
      return withNothingToNote('undeliverable');
    }
    const language = chooseLanguage(draft.preferences, settings.defaultLanguage);
    try {
      const message = composeMessage({ ...settings, message: draft.message, language });
      const { to, account } = draft;
      const purpose = purposeOf(draft.message);
      const reference = account ? mailReferences.write({ accountId: account.accountId, purpose }, to) : null;
      await mailer.send({ to, message, intentId: claimed.intentId, reference });
    } catch (error) {
      await draft.handover?.notHandedOver();
      throw error;
    }
    return { outcome: 'sent', note: draft.handover?.handedOver ?? null };
  };
};
