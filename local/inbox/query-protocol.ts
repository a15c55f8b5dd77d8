import { escapeHtml } from '../../shared/primitives/escape-html.ts';
import type { InboxAnswer } from './inbox-answer.ts';
import type { QueryError } from './query-error.ts';

/** The services that the inbox simulates. */
export type SendingService = 'ses' | 'sns';

const NAMESPACES: Readonly<Record<SendingService, string>> = {
  ses: 'http://ses.amazonaws.com/doc/2010-12-01/',
  sns: 'http://sns.amazonaws.com/doc/2010-03-31/',
};

const SNS_VERSION = '2010-03-31';

/** The service that a request with an unknown action was meant for. @param form the request's parameters */
export const serviceOfVersion = (form: URLSearchParams): SendingService =>
  form.get('Version') === SNS_VERSION ? 'sns' : 'ses';

/**
 * The members of a list, sorted by their numbers: the protocol does not define in which order they are sent.
 *
 * @param prefix what stands before the number, as `Destination.ToAddresses.member`
 */
export const listMembers = (form: URLSearchParams, prefix: string): string[] =>
  [...form]
    .filter(([name]) => name.startsWith(`${prefix}.`) && /^\d+$/.test(name.slice(prefix.length + 1)))
    .map(([name, value]) => ({ position: Number(name.slice(prefix.length + 1)), value }))
    .sort((one, other) => one.position - other.position)
    .map(({ value }) => value);

const xmlAnswer = ({ status, requestId, xml }: { status: number; requestId: string; xml: string }): InboxAnswer => ({
  status,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
  body: `${xml}\n`,
});

/** Success response. @param action the operation's name, from the closed list of known ones */
export const querySuccess = (answer: {
  service: SendingService;
  action: string;
  messageId: string;
  requestId: string;
}): InboxAnswer => {
  const { service, action, messageId, requestId } = answer;
  const xml = `<${action}Response xmlns="${NAMESPACES[service]}">
  <${action}Result>
    <MessageId>${escapeHtml(messageId)}</MessageId>
  </${action}Result>
  <ResponseMetadata>
    <RequestId>${escapeHtml(requestId)}</RequestId>
  </ResponseMetadata>
</${action}Response>`;
  return xmlAnswer({ status: 200, requestId, xml });
};

/** Error response. */
export const queryFailure = (answer: {
  service: SendingService;
  error: QueryError;
  requestId: string;
}): InboxAnswer => {
  const { service, error, requestId } = answer;
  const xml = `<ErrorResponse xmlns="${NAMESPACES[service]}">
  <Error>
    <Type>${error.status < 500 ? 'Sender' : 'Receiver'}</Type>
    <Code>${escapeHtml(error.code)}</Code>
    <Message>${escapeHtml(error.message)}</Message>
  </Error>
  <RequestId>${escapeHtml(requestId)}</RequestId>
</ErrorResponse>`;
  return xmlAnswer({ status: error.status, requestId, xml });
};
