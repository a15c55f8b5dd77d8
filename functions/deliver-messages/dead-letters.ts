/** What is told of an intent that was given up: where it waits, and what went wrong by name. No address, no text, no secret. */
export interface DeadLetter {
  /** The name of the intent's row in the outbox. */
  intentId: string;
  /** The name of an error, of letters, digits and dots. */
  errorName: string;
}

/** Where it is told of messages that nobody tries any more. The intent itself stays in the outbox. */
export interface DeadLetters {
  /**
   * Keeps a letter. One that is told twice is kept twice: who reads them must not mind.
   *
   * @throws DeadLetterNotKept when it is not known to be kept
   */
  send(letter: DeadLetter): Promise<void>;
}

/** A letter that is not known to be kept. Its message is the name of what went wrong and nothing else. */
export class DeadLetterNotKept extends Error {
  override readonly name = 'DeadLetterNotKept';
}
