const BAD_REQUEST = 400;

/** The codes that AWS answers with another status than 400. */
const STATUS_OF_CODE: ReadonlyMap<string, number> = new Map([
  ['Throttled', 429],
  ['InternalError', 500],
  ['InternalFailure', 500],
  ['ServiceUnavailable', 503],
]);

/** A refusal as SES and SNS put it: a code that the SDK makes an exception's name of, and a sentence. */
export class QueryError extends Error {
  readonly code: string;
  /** The HTTP status that goes with the code. */
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

/** What AWS says about a required member that is not there. @param member its path, as `message.subject` */
export const missingMember = (member: string): QueryError =>
  new QueryError(
    'ValidationError',
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
