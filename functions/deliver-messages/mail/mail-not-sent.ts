/** A mail may not have been sent. The message is the cause's name alone: an SDK's message can quote an address. */
export class MailNotSent extends Error {
  override readonly name = 'MailNotSent';
}
