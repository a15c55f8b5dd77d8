import type { Clock } from '../../shared/primitives/clock.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { type Faults, HANG } from './faults.ts';
import type { InboxAnswer } from './inbox-answer.ts';
import { makeKeepDrafts } from './keep-drafts.ts';
import type { MailOutcomes } from './mail-outcomes.ts';
import type { MessageStore } from './message-store.ts';
import { QueryError } from './query-error.ts';
import { queryFailure, querySuccess, type SendingService, serviceOfVersion } from './query-protocol.ts';
import { readPublish } from './read-publish.ts';
import { readSendEmail } from './read-send-email.ts';
import type { MessageDraft } from './stored-message.ts';

interface Operation {
  action: string;
  service: SendingService;
  read: (form: URLSearchParams) => MessageDraft[];
}

const OPERATIONS: readonly Operation[] = [
  { action: 'SendEmail', service: 'ses', read: readSendEmail },
  { action: 'Publish', service: 'sns', read: readPublish },
];

const unknownAction = (action: string | null): QueryError => {
  if (action === null) return new QueryError('MissingAction', 'The request has no Action');
  const known = OPERATIONS.map((operation) => operation.action).join(' and ');
  return new QueryError('InvalidAction', `Could not find that operation; the inbox knows ${known}`);
};

/** An error of the inbox itself, such as a full disk, reaches the sender as an outage of the service. */
const asQueryError = (error: unknown): QueryError => {
  if (error instanceof QueryError) return error;
  console.error('The inbox could not keep a message:', error);
  return new QueryError('InternalFailure', 'The inbox could not keep the message; its console says why');
};

/**
 * Makes a function that answers requests of the AWS Query protocol: it stores what is sent, or fails as the faults say.
 *
 * @returns a function of the form-encoded body; it returns `null` for a request that is never to be answered
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export const makeAnswerQuery = ({
  store,
  faults,
  outcomes,
  clock,
}: {
  store: Pick<MessageStore, 'append'>;
  faults: Faults;
  outcomes: MailOutcomes;
  clock: Clock;
}) => {
  const keep = makeKeepDrafts({ store, clock });

  return (body: string): InboxAnswer | null => {
    const form = new URLSearchParams(body);
    const requestId = csprng.uuid();
    const operation = OPERATIONS.find(({ action }) => action === form.get('Action'));
    if (!operation) {
      return queryFailure({ service: serviceOfVersion(form), error: unknownAction(form.get('Action')), requestId });
    }

    const { action, service, read } = operation;
    // Before validation, because a service that is down doesn't validate.
    const fault = faults.take(service);
    const ordered = fault && 'error' in fault ? fault.error : null;
    if (ordered === HANG) return null;
    try {
      if (ordered !== null) throw new QueryError(ordered, `The inbox was told to fail with ${ordered} (PUT /faults)`);
      const messageId = csprng.uuid();
      const drafts = read(form);
      const feedback = fault && 'feedback' in fault ? fault.feedback : null;
      keep(service === 'ses' ? outcomes.of(form, drafts, feedback, messageId) : drafts, messageId);
      return querySuccess({ service, action, messageId, requestId });
    } catch (error) {
      return queryFailure({ service, error: asQueryError(error), requestId });
    }
  };
};
