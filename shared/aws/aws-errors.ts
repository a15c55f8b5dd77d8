/**
 * What an error of an AWS service means to its caller:
 *
 * - `condition`: the condition of a write failed, so another write was first
 * - `canceled`: a transaction was not carried out; its reasons tell why
 * - `conflict`: a transaction holds the row at the moment
 * - `throttled`: too many calls for now; a client error by class, but transient
 * - `invalid`, `rejected`: the request or its recipient is refused, and so would a repeat be
 * - `absent`, `exists`: the resource is not there, or is there already
 */
type AwsErrorKind = 'condition' | 'canceled' | 'conflict' | 'throttled' | 'invalid' | 'rejected' | 'absent' | 'exists';

/** Errors by name. One table for each service, so that a function loads those of the services that it calls. */
type AwsErrors = Readonly<Record<string, AwsErrorKind>>;

/** The names by which AWS's services throttle, as the SDK knows them. @see @smithy/core, THROTTLING_ERROR_CODES */
const THROTTLING_ERRORS: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException', // DynamoDB Developer Guide: "OK to retry? Yes"
  'RequestLimitExceeded', // DynamoDB API Reference, PutItem: the account's quota
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException', // DynamoDB Developer Guide: "OK to retry? Yes"
  'TooManyRequestsException',
  'TransactionInProgressException', // DynamoDB API Reference, TransactWriteItems: the same request is being carried out
]);

/** @see DynamoDB Developer Guide, "Error handling with DynamoDB"; DynamoDB API Reference, TransactWriteItems, "Errors" */
export const DYNAMODB_ERRORS: AwsErrors = {
  ConditionalCheckFailedException: 'condition', // API Reference, PutItem
  TransactionCanceledException: 'canceled', // API Reference, TransactWriteItems
  TransactionConflictException: 'conflict', // API Reference, PutItem: an ongoing transaction for the item
  ValidationException: 'invalid', // Developer Guide: "OK to retry? No"
};

/** The codes of a canceled transaction's reasons. @see DynamoDB API Reference, TransactWriteItems, "Errors" */
export const CANCELLATION_REASONS: AwsErrors = {
  ConditionalCheckFailed: 'condition',
  ProvisionedThroughputExceeded: 'throttled',
  ThrottlingError: 'throttled',
  TransactionConflict: 'conflict',
};

/** @see Secrets Manager API Reference, GetSecretValue, PutSecretValue, UpdateSecretVersionStage and "Common Errors" */
export const SECRETS_MANAGER_ERRORS: AwsErrors = {
  InvalidParameterException: 'invalid', // UpdateSecretVersionStage: a label is no longer where it is to be moved from
  ResourceExistsException: 'exists', // PutSecretValue: the version has another value
  ResourceNotFoundException: 'absent', // GetSecretValue: also for a secret without a value
};

/**
 * Errors of SES and SNS that are caused by the one message, which a retry would repeat. All others concern the service, the
 * account or its configuration (throttling, outages, timeouts, AccountSendingPausedException,
 * ConfigurationSetDoesNotExistException, MailFromDomainNotVerifiedException, permissions …): those pass, and affect every
 * message alike. A number that has opted out is none of them: SNS accepts the message, and says so in its delivery log alone
 * (SNS Developer Guide, "Managing phone numbers and SMS subscriptions").
 */
export const MESSAGE_ERRORS: AwsErrors = {
  InvalidParameterException: 'invalid', // SNS API Reference, Publish: an unsupported number
  InvalidParameterValue: 'invalid', // SES API Reference, "Common Errors": an invalid address, a message of more than 10 MB
  InvalidParameterValueException: 'invalid', // SNS API Reference, Publish: an unsupported text
  // SES API Reference, SendEmail: its content. A sender, or in the sandbox a recipient, that is not verified has a name of its own (connect-ses.ts).
  MessageRejected: 'rejected',
  ValidationError: 'invalid', // SES API Reference, "Common Errors"
  ValidationException: 'invalid', // SNS API Reference, Publish
};

/**
 * Errors of Notify that a retry of the message would repeat for as long as its code lives, beside those of SES and SNS. Where its reason
 * is known, an error has a name of its own (notify-refusals.ts).
 *
 * @see End User Messaging SMS API Reference, SendNotifyTextMessage, "Errors"
 */
export const NOTIFY_ERRORS: AwsErrors = {
  ServiceQuotaExceededException: 'rejected', // of a day or a month
};

/**
 * Why SES takes no mail of ours at all, by the name of the error; three are our own, for what SES says in a message alone (connect-ses.ts):
 *
 * - `AccountSendingPausedException`, `SendingSuspended`: sending is paused for the account, by an operator or by SES
 * - `ConfigurationSetSendingPausedException`: the same for the stack's configuration set
 * - `RecipientNotVerified`: the account is in SES's sandbox, where only verified addresses get mail
 * - `SenderNotVerified`, `MailFromDomainNotVerifiedException`: the sender's DNS records are not there, or gone
 * - `ConfigurationSetDoesNotExistException`: it was deleted
 *
 * @see SES API Reference, SendEmail, "Errors"; SES developer guide, "Amazon SES email sending errors"
 */
export const MAIL_STOPS = [
  'AccountSendingPausedException',
  'SendingSuspended',
  'ConfigurationSetSendingPausedException',
  'RecipientNotVerified',
  'SenderNotVerified',
  'MailFromDomainNotVerifiedException',
  'ConfigurationSetDoesNotExistException',
] as const;

/** One of them. */
export type MailStop = (typeof MAIL_STOPS)[number];

/** The table is there already. @see DynamoDB API Reference, CreateTable */
export const TABLE_EXISTS = 'ResourceInUseException';

/** An answer of which nothing can be read: what it answers may have been done. */
export const UNUSABLE_ANSWER = 'UnusableAnswer';

/** An error as the SDK throws it: what is left out where no answer came. @see @smithy/types, SdkError */
export interface SdkError extends Error {
  /** The system's name of a connection's error. */
  code?: string;
  /** Whether the connection had been kept open, and its other side had closed it before the request was answered. */
  wasIdle?: boolean;
  $fault?: 'client' | 'server';
  $retryable?: object;
  $metadata?: { httpStatusCode?: number };
}

/** Errors by which a service says that the request's time is wrong. AWS takes five minutes either way. @see @smithy/core, CLOCK_SKEW_ERROR_CODES */
export const CLOCK_SKEW_ERRORS: ReadonlySet<string> = new Set([
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);

/** Errors that DynamoDB's model marks as worth a repeat. @see @aws-sdk/client-dynamodb, ReplicatedWriteConflictException */
export const MARKED_RETRYABLE: ReadonlySet<string> = new Set(['ReplicatedWriteConflictException']);

/** @see @smithy/core, TRANSIENT_ERROR_CODES */
const TRANSIENT_NAMES: ReadonlySet<string> = new Set([
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  UNUSABLE_ANSWER,
]);

/** @see @smithy/core, NODEJS_TIMEOUT_ERROR_CODES and NODEJS_NETWORK_ERROR_CODES */
const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Not 501: the laptop's database answers it where a repeat could do a write twice. @see @smithy/core, TRANSIENT_ERROR_STATUS_CODES */
const TRANSIENT_STATUS: ReadonlySet<number> = new Set([500, 502, 503, 504]);

const TOO_MANY_REQUESTS = 429;

/** Whether there were too many calls. */
export const isThrottled = ({ name, $metadata }: SdkError): boolean =>
  THROTTLING_ERRORS.has(name) || $metadata?.httpStatusCode === TOO_MANY_REQUESTS;

/** Whether the same call may well succeed next. */
export const isTransient = ({ name, code = '', $retryable, $metadata }: SdkError): boolean =>
  $retryable !== undefined ||
  TRANSIENT_NAMES.has(name) ||
  TRANSIENT_CODES.has(code) ||
  TRANSIENT_STATUS.has($metadata?.httpStatusCode ?? 0);

/** Whether an error is an outage rather than a wrong request: the service failed, was throttled or gave no answer that can be read. */
export const isOutage = (error: SdkError): boolean =>
  error.$fault === 'server' ||
  isThrottled(error) ||
  isTransient(error) ||
  error.$metadata?.httpStatusCode === undefined;
