import { SMS_CODE_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { Log } from '../../shared/observability/log.ts';
import { isCodeIntent, isSmsIntent, type SmsIntent } from '../../shared/outbox/intent.ts';
import type { ClaimedIntent, Ending, Outbox } from '../../shared/outbox/outbox.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { SmsBudget } from '../../shared/sms/sms-budget.ts';
import type { DeadLetters } from './dead-letters.ts';
import { type Delivered, type DeliverMailDeps, makeDeliverMail, withNothingToNote } from './deliver-mail.ts';
import type { DraftSms } from './draft-sms.ts';
import type { NoteDeadLetter } from './note-dead-letter.ts';
import { smsSegments } from './sms/sms-segments.ts';
import type { SmsSender } from './sms/sms-sender.ts';
import { failureName, stopsAllMail, whyGivenUp } from './why-given-up.ts';

export interface DeliverMessageDeps extends DeliverMailDeps {
  outbox: Outbox;
  draftSms: DraftSms;
  smsSender: SmsSender;
  smsBudget: Pick<SmsBudget, 'spend'>;
  clock: Clock;
  log: Log;
  deadLetters: DeadLetters;
  noteDeadLetter: NoteDeadLetter;
  settings: DeliverMailDeps['settings'] & { messages: { retrySeconds: number } };
}

/**
 * Writes and sends the message that an intent asks for, or gives it up where no try can help: then a dead letter tells of it, and
 * those behind it go on. A throw leaves the intent for the next attempt.
 */
export const makeDeliverMessage = (deps: DeliverMessageDeps) => {
  const { outbox, draftSms, smsSender, smsBudget, clock, log, settings } = deps;
  const deliverMail = makeDeliverMail(deps);

  /** Who asked has long given up, and a stale code would only puzzle them. */
  const isTooLate = ({ intent, requestedAtMs }: ClaimedIntent): boolean =>
    isCodeIntent(intent) && clock.nowMs() - requestedAtMs >= SMS_CODE_SECONDS * 1000;

  const deliverSms = async (claimed: ClaimedIntent, intent: SmsIntent): Promise<Delivered> => {
    const { intentId } = claimed;
    const draft = await draftSms(claimed, intent);
    if (!draft) return withNothingToNote('nothing-to-send');
    const { to, requestedBy, text, code = null, handover } = draft;

    try {
      const { segments } = smsSegments(text);
      const unsendable = smsSender.refusalOf({ country: to.country, code });
      const { refusedBy, crossedPercent } = unsendable
        ? { refusedBy: unsendable, crossedPercent: null }
        : await smsBudget.spend({ to, requestedBy, segments, intentId });
      if (crossedPercent !== null) log('warn', 'sms-budget', { percent: crossedPercent });
      if (refusedBy !== null) {
        await handover?.notHandedOver();
        log('warn', 'sms-refused', { intent_id: intentId, reason: refusedBy, requested_by: requestedBy });
        return withNothingToNote(`refused-${refusedBy}`);
      }
      await smsSender.send({ to: to.e164, country: to.country, text, code, intentId });
    } catch (error) {
      await handover?.notHandedOver();
      throw error;
    }
    return { outcome: 'sent', note: handover?.handedOver ?? null };
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
        const deliver = () => (isSms ? deliverSms(claimed, intent) : deliverMail(claimed, intent));
        const { outcome, note } = isTooLate(claimed) ? withNothingToNote('too-late') : await deliver();
        log('info', 'intent-delivered', { ...about, outcome, delay_ms: clock.nowMs() - requestedAtMs });
        return { note };
      } catch (error) {
        const failed = { error_name: failureName(error), ...(stopsAllMail(error) && { outcome: 'stopped' }) };
        log('warn', 'intent-failed', { ...about, ...failed }); // the record alone knows no channel
        const triedForMs = clock.nowMs() - triedSinceMs;
        const reason = whyGivenUp({ error, ownFaults, triedForMs, ...settings.messages });
        if (reason === null) throw error;
        await deps.noteDeadLetter(partitionKey, intent);
        return deadLetter(rowName, reason);
      }
    });
};
