const BAD_REQUEST = 400;

/** Codes with an HTTP status other than 400. */
const STATUS_OF_CODE: ReadonlyMap<string, number> = new Map([
  ['Throttled', 429],
  ['InternalError', 500],
  ['InternalFailure', 500],
  ['ServiceUnavailable', 503],
]);

/** An error of SES or SNS: a code, which the SDK makes an exception's name of, and a sentence. */
export class QueryError extends Error {
  readonly code: string;
  /** HTTP status of the code. */
  readonly status: number;

  /**
   * @param code such as `Throttling` or `MessageRejected`
   * @param message a sentence for the developer; it becomes the SDK's error message
   */
  constructor(code: string, message: string) {
    super(message);
    this.name = 'QueryError';
    this.code = code;
    this.status = STATUS_OF_CODE.get(code) ?? BAD_REQUEST;
  }
}

/** AWS's message for a missing required member. @param member its path, as `message.subject` */
export const missingMember = (member: string): QueryError =>
  new QueryError(
    'ValidationError',
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
