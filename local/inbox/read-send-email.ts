import { missingMember, QueryError } from './query-error.ts';
import { listMembers } from './query-protocol.ts';
import type { MessageDraft } from './stored-message.ts';

const RECIPIENT_LISTS = ['To', 'Cc', 'Bcc'] as const;

const required = (form: URLSearchParams, parameter: string, member: string): string => {
  const value = form.get(parameter);
  if (value === null) throw missingMember(member);
  return value;
};

/** The address in `Some Name <address>`, or the text itself. */
const bareAddress = (text: string): string => /<([^<>]*)>$/.exec(text)?.[1] ?? text;

const refuse = (reason: string): QueryError => new QueryError('InvalidParameterValue', reason);

/** Refuses what SES would refuse, so that a mistake shows before a deployment. */
const checkAddress = (text: string): void => {
  const address = bareAddress(text);
  const at = address.lastIndexOf('@');
  if (at < 1 || at === address.length - 1) throw refuse("Missing final '@domain'");
  // A line break in an address or a display name is header injection.
  if (/\p{Cc}/u.test(text) || /\s/.test(address)) throw refuse('Address contains control or whitespace');
  // SES has no SMTPUTF8: domains must be Punycode, and local parts beyond ASCII are impossible.
  if (/[^\x21-\x7e]/.test(address)) throw refuse('Address contains illegal character');
};

/**
 * Reads a SendEmail: one draft for each recipient (To, Cc, Bcc).
 *
 * @throws QueryError `ValidationError` for a missing member, `InvalidParameterValue` for an address SES can't use
 * @see https://docs.aws.amazon.com/ses/latest/APIReference/API_SendEmail.html
 */
export const readSendEmail = (form: URLSearchParams): MessageDraft[] => {
  const from = required(form, 'Source', 'source');
  const recipients = RECIPIENT_LISTS.flatMap((list) => listMembers(form, `Destination.${list}Addresses.member`));
  if (recipients.length === 0) throw missingMember('destination');
  const subject = required(form, 'Message.Subject.Data', 'message.subject');
  const text = form.get('Message.Body.Text.Data');
  const html = form.get('Message.Body.Html.Data');
  if (text === null && html === null) throw missingMember('message.body');

  for (const address of [from, ...recipients]) checkAddress(address);
  return recipients.map((to) => ({ channel: 'email', to, from, subject, text: text ?? '', html }));
};
