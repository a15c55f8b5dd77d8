import { missingMember, QueryError } from './query-error.ts';
import type { MessageDraft } from './stored-message.ts';

const E164 = /^\+[1-9]\d{1,14}$/;

/** Sender shown on a phone when the request names none. */
const DEFAULT_SENDER = 'NOTICE';

const SENDER_ATTRIBUTES = ['AWS.MM.SMS.OriginationNumber', 'AWS.SNS.SMS.SenderID'] as const;

const senderOf = (form: URLSearchParams): string => {
  const names = [...form].filter(([name]) => /^MessageAttributes\.entry\.\d+\.Name$/.test(name));
  const attributeValue = (attribute: string) => {
    const parameter = names.find(([, value]) => value === attribute)?.[0];
    return parameter && form.get(parameter.replace(/Name$/, 'Value.StringValue'));
  };
  return SENDER_ATTRIBUTES.map(attributeValue).find((value) => value) || DEFAULT_SENDER;
};

/**
 * Reads a Publish to a phone number; topics are not supported.
 *
 * @throws QueryError `ValidationError` for a missing member, `InvalidParameter` for one that SNS can't use
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export const readPublish = (form: URLSearchParams): MessageDraft[] => {
  const to = form.get('PhoneNumber');
  if (to === null) throw missingMember('phoneNumber');
  const text = form.get('Message');
  if (text === null) throw missingMember('message');

  if (!E164.test(to)) {
    throw new QueryError('InvalidParameter', 'Invalid parameter: PhoneNumber Reason: it is not valid to publish to');
  }
  if (text === '') throw new QueryError('InvalidParameter', 'Invalid parameter: Empty message');
  return [{ channel: 'sms', to, from: senderOf(form), subject: null, text, html: null }];
};
