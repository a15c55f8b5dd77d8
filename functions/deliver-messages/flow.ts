import type { composeMessage } from '../../shared/delivery/compose-message.ts';
import type { Mailer } from '../../shared/delivery/mailer.ts';
import type { Texter } from '../../shared/delivery/texter.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { chooseLanguage, type Language } from '../../shared/domain/language.ts';
import { SMS_CODE_SECONDS } from '../../shared/domain/resend.ts';
import { smsSegments } from '../../shared/domain/sms-segments.ts';
import type { DraftMail } from '../../shared/messages/draft-mail.ts';
import type { DraftSms } from '../../shared/messages/draft-sms.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { ClaimedIntent, isSmsIntent, MailIntent, Outbox, SmsIntent } from '../../shared/store/outbox.ts';
import type { SmsBudget } from '../../shared/store/sms-budget.ts';

export interface DeliverMessageDeps {
  outbox: Outbox;
  isSmsIntent: typeof isSmsIntent;
  draftMail: DraftMail;
  draftSms: DraftSms;
  compose: typeof composeMessage;
  mailer: Mailer;
  texter: Texter;
  smsBudget: Pick<SmsBudget, 'spend'>;
  clock: Clock;
  log: Log;
  settings: { productName: string; publicUrl: string; defaultLanguage: Language };
}

/** How an intent ended; the log has it. */
type Outcome = 'sent' | 'nothing-to-send' | 'too-late' | `refused-${string}`;

/** Writes and sends the message that an intent asks for; a throw leaves the intent for the next attempt. */
export const makeDeliverMessage = (deps: DeliverMessageDeps) => {
  const { outbox, draftMail, draftSms, mailer, texter, smsBudget, clock, log, settings } = deps;

  const deliverMail = async (claimed: ClaimedIntent, intent: MailIntent): Promise<Outcome> => {
    const draft = await draftMail(claimed, intent);
    if (!draft) return 'nothing-to-send';
    const language = chooseLanguage(draft.wishes, settings.defaultLanguage);
    const message = deps.compose({ ...settings, message: draft.message, language });
    await mailer.send({ to: draft.to, message, intentId: claimed.intentId });
    return 'sent';
  };

  const deliverSms = async (claimed: ClaimedIntent, intent: SmsIntent): Promise<Outcome> => {
    const { intentId, requestedAtMs } = claimed;
    // Who asked has long given up, and a stale code would only puzzle them.
    if (clock.nowMs() - requestedAtMs >= SMS_CODE_SECONDS * 1000) return 'too-late';
    const draft = await draftSms(claimed, intent);
    if (!draft) return 'nothing-to-send';

    const { segments } = smsSegments(draft.text);
    const { refusedBy, crossedPercent } = await smsBudget.spend({ to: draft.to, segments, intentId });
    if (crossedPercent !== null) log('warn', 'sms-budget', { outcome: `${crossedPercent}-percent` });
    if (refusedBy !== null) {
      log('warn', `sms-refused-by-${refusedBy}`, { intent_id: intentId });
      return `refused-${refusedBy}`;
    }
    await texter.send({ to: draft.to.e164, text: draft.text, intentId });
    return 'sent';
  };

  return ({ intentId }: { intentId: string }): Promise<void> =>
    outbox.deliver(intentId, async (claimed) => {
      const { intent, attempts } = claimed;
      const outcome = await (deps.isSmsIntent(intent) ? deliverSms(claimed, intent) : deliverMail(claimed, intent));
      log('info', 'intent-delivered', { intent_id: intentId, attempts, outcome });
    });
};
