/** Report of an intent that was given up: its id and the error's name. No address, no text, no secret. */
export interface DeadLetter {
  /** Key of the intent's row in the outbox, without its first word. */
  intentId: string;
  /** Name of an error: letters, digits and dots. */
  errorName: string;
}

/** Port to the dead-letter queue. The intent itself stays in the outbox. */
export interface DeadLetters {
  /**
   * Stores a letter, at least once; readers must accept duplicates.
   *
   * @throws DeadLetterNotKept when it may not be stored
   */
  send(letter: DeadLetter): Promise<void>;
}

/** A letter may not be stored. The message is the cause's name alone. */
export class DeadLetterNotKept extends Error {
  override readonly name = 'DeadLetterNotKept';
}
