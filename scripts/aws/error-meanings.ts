/** What an error of AWS means to an operator, where the operator can mend it. */
export type AwsErrorMeaning = 'expired' | 'unknown' | 'refused' | 'absent' | 'unreachable';

/** The names that AWS's services, the SDK and connections give to it. */
const NAMES: Readonly<Record<AwsErrorMeaning, readonly string[]>> = {
  /** Credentials that have ended, or were not found. @see AWS STS API Reference, "Common Errors"; IAM user guide, "Troubleshooting" */
  expired: [
    'CredentialsProviderError', // the SDK's chain has found none
    'ExpiredToken',
    'ExpiredTokenException',
    'NotSignedIn', // the same by scripts/aws/operator.ts, where a session ends while a command runs
    'RequestExpired',
    'TokenProviderError',
  ],
  /** Credentials that AWS does not know, or a signature that a wrong clock has made. @see the same; `@smithy/core`, CLOCK_SKEW_ERROR_CODES */
  unknown: [
    'IncompleteSignature',
    'IncompleteSignatureException',
    'InvalidClientTokenId',
    'InvalidSignatureException',
    'MissingAuthenticationToken',
    'MissingAuthenticationTokenException',
    'RequestInTheFuture',
    'RequestTimeTooSkewed',
    'SignatureDoesNotMatch',
    'UnrecognizedClientException',
  ],
  /** A permission that lacks. SNS has names of its own. @see "Common Errors" of the services' API references */
  refused: [
    'AccessDenied',
    'AccessDeniedException',
    'AuthorizationError',
    'AuthorizationErrorException',
    'Status403', // an answer of a REST service that has no name in it
    'UnauthorizedOperation',
  ],
  /** @see DynamoDB Developer Guide, "Error handling with DynamoDB"; SQS API Reference, "Common Errors" */
  absent: ['AWS.SimpleQueueService.NonExistentQueue', 'QueueDoesNotExist', 'ResourceNotFoundException'],
  /** @see node:os, "Error constants" */
  unreachable: ['ECONNREFUSED', 'ENOTFOUND', 'TimeoutError'],
};

const MEANINGS: ReadonlyMap<string, AwsErrorMeaning> = new Map(
  (Object.keys(NAMES) as AwsErrorMeaning[]).flatMap((meaning) =>
    NAMES[meaning].map((name) => [name, meaning] as const),
  ),
);

/** @param name of an error, or a code of AWS's or of a connection's @returns `null` for one that no operator can mend */
export const meaningOf = (name: string): AwsErrorMeaning | null => MEANINGS.get(name) ?? null;
