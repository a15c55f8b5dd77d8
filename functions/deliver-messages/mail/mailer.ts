/** A composed mail: the same facts as plain text and as HTML. */
export interface MailMessage {
  /** One line without control characters. */
  subject: string;
  text: string;
  html: string;
}

export interface Mail {
  /** Canonical address of one person. */
  to: string;
  message: MailMessage;
  /** The mail's intent; the same in every attempt. */
  intentId: string;
  /** By which SES tells of it (shared/account/mail-reference.ts); `null` for a mail to an address without an account. */
  reference: string | null;
}

/** Port for sending mail. */
export interface Mailer {
  /**
   * Sends a mail once, without retries: the flow that holds the intent decides about those.
   *
   * @throws MailNotSent when it may not have been sent
   */
  send(mail: Mail): Promise<void>;
}
