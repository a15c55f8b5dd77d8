/** A message as a person gets it: the same facts twice, as plain text and as HTML. */
export interface MailMessage {
  /** One line without control characters. */
  subject: string;
  text: string;
  html: string;
}

export interface Mail {
  /** The canonical address of exactly one person. */
  to: string;
  message: MailMessage;
  /** The intent that this mail carries out; a mail tried twice has the same one both times. */
  intentId: string;
}

/** The way out for e-mail. */
export interface Mailer {
  /**
   * Hands a mail over once and tries nothing twice: whoever holds the intent decides whether to try again.
   *
   * @throws MailNotSent when it is not known to have been taken
   */
  send(mail: Mail): Promise<void>;
}
