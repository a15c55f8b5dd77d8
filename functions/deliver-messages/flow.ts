import { SMS_CODE_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { Log } from '../../shared/observability/log.ts';
import { isCodeIntent, isSmsIntent, type MailIntent, type SmsIntent } from '../../shared/outbox/intent.ts';
import type { ClaimedIntent, Ending, Outbox } from '../../shared/outbox/outbox.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { chooseLanguage, type Language } from '../../shared/primitives/language.ts';
import type { SmsBudget } from '../../shared/sms/sms-budget.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { DraftMail } from './draft-mail.ts';
import type { DraftSms } from './draft-sms.ts';
import { composeMessage } from './mail/compose-message.ts';
import type { Mailer } from './mail/mailer.ts';
import type { NoteDeadLetter } from './note-dead-letter.ts';
import { smsSegments } from './sms/sms-segments.ts';
import type { SmsSender } from './sms/sms-sender.ts';
import { failureName, whyGivenUp } from './why-given-up.ts';

export interface DeliverMessageDeps {
  outbox: Outbox;
  draftMail: DraftMail;
  draftSms: DraftSms;
  mailer: Mailer;
  smsSender: SmsSender;
  smsBudget: Pick<SmsBudget, 'spend'>;
  clock: Clock;
  log: Log;
  deadLetters: DeadLetters;
  noteDeadLetter: NoteDeadLetter;
  settings: {
    productName: string;
    publicUrl: string;
    defaultLanguage: Language;
    messages: { retrySeconds: number };
  };
}

/** How an intent ended; the log has it. */
type Outcome = 'sent' | 'nothing-to-send' | 'too-late' | `refused-${string}`;

/** Likewise, with what is to be noted of it. */
interface Delivered {
  outcome: Outcome;
  note: (() => Promise<void>) | null;
}

const withNothingToNote = (outcome: Outcome): Delivered => ({ outcome, note: null });

/**
 * Writes and sends the message that an intent asks for, or gives it up where no try can help: then a dead letter tells of it, and
 * those behind it go on. A throw leaves the intent for the next attempt.
 */
export const makeDeliverMessage = (deps: DeliverMessageDeps) => {
  const { outbox, draftMail, draftSms, mailer, smsSender, smsBudget, clock, log, settings } = deps;

  const deliverMail = async (claimed: ClaimedIntent, intent: MailIntent): Promise<Delivered> => {
    const draft = await draftMail(claimed, intent);
    if (!draft) return withNothingToNote('nothing-to-send');
    if (draft === 'refused-mailbox') return withNothingToNote(draft);
    const language = chooseLanguage(draft.preferences, settings.defaultLanguage);
    try {
      const message = composeMessage({ ...settings, message: draft.message, language });
      await mailer.send({ to: draft.to, message, intentId: claimed.intentId });
    } catch (error) {
      await draft.handover?.notHandedOver();
      throw error;
    }
    return { outcome: 'sent', note: draft.handover?.handedOver ?? null };
  };

  const deliverSms = async (claimed: ClaimedIntent, intent: SmsIntent): Promise<Outcome> => {
    const { intentId, requestedAtMs } = claimed;
    // Who asked has long given up, and a stale code would only puzzle them.
    if (isCodeIntent(intent) && clock.nowMs() - requestedAtMs >= SMS_CODE_SECONDS * 1000) return 'too-late';
    const draft = await draftSms(claimed, intent);
    if (!draft) return 'nothing-to-send';

    const { segments } = smsSegments(draft.text);
    const { refusedBy, crossedPercent } = await smsBudget.spend({ ...draft, segments, intentId });
    if (crossedPercent !== null) log('warn', 'sms-budget', { percent: crossedPercent });
    if (refusedBy !== null) {
      log('warn', 'sms-refused', { intent_id: intentId, reason: refusedBy, requested_by: draft.requestedBy });
      return `refused-${refusedBy}`;
    }
    await smsSender.send({ to: draft.to.e164, text: draft.text, intentId });
    return 'sent';
  };

  const deadLetter = async (rowName: string, reason: string): Promise<Ending> => {
    // The dead letter is sent before the row is marked: without it the row would wait unnoticed.
    await deps.deadLetters.send({ intentId: rowName, errorName: reason });
    log('error', 'dead-letter', { intent_id: rowName, error_name: reason });
    return { deadLetteredFor: reason };
  };

  return ({ partitionKey, rowName }: { partitionKey: string; rowName: string }): Promise<void> =>
    outbox.deliver(partitionKey, async (claimed) => {
      if (!claimed) return deadLetter(rowName, 'UnreadableIntent');
      const { intent, attempts, ownFaults, requestedAtMs, triedSinceMs } = claimed;
      const isSms = isSmsIntent(intent);
      const about = { intent_id: rowName, channel: isSms ? 'sms' : 'mail', attempts } as const;
      try {
        const { outcome, note } = isSms
          ? withNothingToNote(await deliverSms(claimed, intent))
          : await deliverMail(claimed, intent);
        log('info', 'intent-delivered', { ...about, outcome, delay_ms: clock.nowMs() - requestedAtMs });
        return { note };
      } catch (error) {
        log('warn', 'intent-failed', { ...about, error_name: failureName(error) }); // the record alone knows no channel
        const triedForMs = clock.nowMs() - triedSinceMs;
        const reason = whyGivenUp({ error, ownFaults, triedForMs, ...settings.messages });
        if (reason === null) throw error;
        await deps.noteDeadLetter(partitionKey, intent);
        return deadLetter(rowName, reason);
      }
    });
};
