export interface Sms {
  /** E.164 number of one person. */
  to: string;
  /** ISO 3166-1 alpha-2, of the number's plan. */
  country: string;
  text: string;
  /** The SMS's intent; the same in every attempt. */
  intentId: string;
}

/** Port for sending SMS. */
export interface SmsSender {
  /**
   * Sends an SMS once, without retries: the flow that holds the intent decides about those.
   *
   * @throws SmsNotSent when it may not have been sent
   */
  send(sms: Sms): Promise<void>;
}
