/**
 * Why SES takes no mail of ours at all, by the name of the error:
 *
 * - `AccountSendingPausedException`, `SendingSuspended`: sending is paused for the account, by an operator or by SES
 * - `ConfigurationSetSendingPausedException`: the same for the stack's configuration set
 * - `RecipientNotVerified`: the account is in SES's sandbox, where only verified addresses get mail
 * - `SenderNotVerified`, `MailFromDomainNotVerifiedException`: the sender's DNS records are not there, or gone
 * - `ConfigurationSetDoesNotExistException`: it was deleted
 *
 * @see SES API Reference, SendEmail, "Errors"; SES developer guide, "Amazon SES email sending errors"
 */
export const MAIL_STOPS = [
  'AccountSendingPausedException',
  'SendingSuspended',
  'ConfigurationSetSendingPausedException',
  'RecipientNotVerified',
  'SenderNotVerified',
  'MailFromDomainNotVerifiedException',
  'ConfigurationSetDoesNotExistException',
] as const;

/** One of them. */
export type MailStop = (typeof MAIL_STOPS)[number];
