const BAD_REQUEST = 400;
const INTERNAL = 500;

/** Errors with another status than 400. @see End User Messaging SMS API, InternalServerException */
const SERVER_ERRORS: ReadonlySet<string> = new Set(['InternalServerException']);

/** An error of End User Messaging SMS: its shape's name, a sentence, and often a reason from a list of its own. */
export class NotifyError extends Error {
  override readonly name = 'NotifyError';
  readonly code: string;
  /** Left out of the answer where there is none. */
  readonly reason: string | undefined;
  readonly status: number;

  /**
   * @param code such as `ThrottlingException` or `ConflictException`
   * @param message a sentence for the developer
   * @param reason such as `DESTINATION_PHONE_NUMBER_OPTED_OUT`
   */
  constructor(code: string, message: string, reason?: string) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.status = SERVER_ERRORS.has(code) ? INTERNAL : BAD_REQUEST;
  }
}
