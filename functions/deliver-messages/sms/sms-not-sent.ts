/**
 * An SMS that is not known to be on its way. Its message is the name of what went wrong and nothing else: what an SDK says
 * besides can repeat a number.
 */
export class SmsNotSent extends Error {
  override readonly name = 'SmsNotSent';
}
