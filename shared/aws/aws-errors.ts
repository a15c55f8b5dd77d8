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

/** @see DynamoDB Developer Guide, "Error handling with DynamoDB"; DynamoDB API Reference, TransactWriteItems, "Errors" */
export const DYNAMODB_ERRORS: AwsErrors = {
  ConditionalCheckFailedException: 'condition', // API Reference, PutItem
  ProvisionedThroughputExceededException: 'throttled', // Developer Guide: "OK to retry? Yes"
  RequestLimitExceeded: 'throttled', // API Reference, PutItem: the account's quota
  ThrottlingException: 'throttled', // Developer Guide: "OK to retry? Yes"
  TransactionCanceledException: 'canceled', // API Reference, TransactWriteItems
  TransactionConflictException: 'conflict', // API Reference, PutItem: an ongoing transaction for the item
  TransactionInProgressException: 'throttled', // API Reference, TransactWriteItems: the same request is being carried out
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
  RequestLimitExceeded: 'throttled', // among the SDK's own, @smithy/core, THROTTLING_ERROR_CODES
  ResourceExistsException: 'exists', // PutSecretValue: the version has another value
  ResourceNotFoundException: 'absent', // GetSecretValue: also for a secret without a value
  ThrottlingException: 'throttled', // "Common Errors"
  TooManyRequestsException: 'throttled', // among the SDK's own, @smithy/core, THROTTLING_ERROR_CODES
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
  // SES API Reference, SendEmail: its content, or its recipient, who must be verified in the sandbox. Our own sender is a
  // different error (connect-ses.ts).
  MessageRejected: 'rejected',
  ValidationError: 'invalid', // SES API Reference, "Common Errors"
  ValidationException: 'invalid', // SNS API Reference, Publish
};

/** The table is there already. @see DynamoDB API Reference, CreateTable */
export const TABLE_EXISTS = 'ResourceInUseException';

/** An error as the SDK throws it: what is left out where no answer came. @see @smithy/types, SdkError */
export interface SdkError extends Error {
  $fault?: 'client' | 'server';
  $retryable?: object;
  $metadata?: { httpStatusCode?: number };
}

/** Whether an SDK's error is an outage rather than a wrong request: the service failed, was throttled or gave no answer. */
export const isOutage = ({ name, $fault, $retryable, $metadata }: SdkError, errors: AwsErrors): boolean =>
  $fault === 'server' ||
  errors[name] === 'throttled' ||
  $retryable !== undefined ||
  $metadata?.httpStatusCode === undefined;
