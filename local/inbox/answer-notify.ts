import type { Clock } from '../../shared/primitives/clock.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { type Faults, HANG } from './faults.ts';
import type { InboxAnswer } from './inbox-answer.ts';
import { makeKeepDrafts } from './keep-drafts.ts';
import type { MessageStore } from './message-store.ts';
import { NotifyError } from './notify-error.ts';
import { readNotify } from './read-notify.ts';

/** The operation, as `x-amz-target` names it. */
const TARGET = 'PinpointSMSVoiceV2.SendNotifyTextMessage';

const answerOf = (status: number, body: object): InboxAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': csprng.uuid() },
  body: JSON.stringify(body),
});

const failure = ({ code, message, reason, status }: NotifyError): InboxAnswer =>
  answerOf(status, {
    __type: `com.amazonaws.pinpointsmsvoicev2#${code}`,
    Message: message,
    ...(reason !== undefined && { Reason: reason }),
  });

/** An error of the inbox itself, such as a full disk, reaches the sender as an outage of the service. */
const asNotifyError = (error: unknown): NotifyError => {
  if (error instanceof NotifyError) return error;
  console.error('The inbox could not keep a message:', error);
  return new NotifyError('InternalServerException', 'The inbox could not keep the message; its console says why');
};

/**
 * Makes a function that answers End User Messaging's Notify: it stores what is sent, or fails as the faults say.
 *
 * @returns a function of the target and the JSON body; it returns `null` for a request that is never to be answered
 * @see Smithy, "AWS JSON 1.0 protocol"
 */
export const makeAnswerNotify = ({
  store,
  faults,
  clock,
}: {
  store: Pick<MessageStore, 'append'>;
  faults: Faults;
  clock: Clock;
}) => {
  const keep = makeKeepDrafts({ store, clock });

  return (target: string, body: string): InboxAnswer | null => {
    try {
      if (target !== TARGET) throw new NotifyError('UnknownOperationException', `The inbox knows ${TARGET} alone`);
      // Before validation, because a service that is down doesn't validate.
      const fault = faults.take('sms-voice');
      const ordered = fault && 'error' in fault ? fault : null;
      if (ordered?.error === HANG) return null;
      if (ordered)
        throw new NotifyError(ordered.error, `The inbox was told to fail with ${ordered.error}`, ordered.reason);
      const messageId = csprng.uuid();
      const { draft, templateId } = readNotify(body);
      keep([draft], messageId);
      return answerOf(200, { MessageId: messageId, TemplateId: templateId, ResolvedMessageBody: draft.text });
    } catch (error) {
      return failure(asNotifyError(error));
    }
  };
};
