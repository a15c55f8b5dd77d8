/** An SMS may not have been sent. The message is the cause's name alone: an SDK's message can quote a number. */
export class SmsNotSent extends Error {
  override readonly name = 'SmsNotSent';
}
