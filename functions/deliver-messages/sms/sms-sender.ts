export interface Sms {
  /** The E.164 number of exactly one person. */
  to: string;
  text: string;
  /** The intent that this SMS carries out; an SMS tried twice has the same one both times. */
  intentId: string;
}

/** The way out for SMS. */
export interface SmsSender {
  /**
   * Hands an SMS over once and tries nothing twice: whoever holds the intent decides whether to try again.
   *
   * @throws SmsNotSent when it is not known to have been taken
   */
  send(sms: Sms): Promise<void>;
}
