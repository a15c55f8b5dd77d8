/** What an operator can do about it, by what it means. */
const EXPLANATIONS = {
  expired: 'The credentials have expired: sign in to AWS again (aws sso login, or your own way).',
  unknown:
    'AWS does not know these credentials: is AWS_PROFILE the one that is meant, and the clock of this machine right?',
  refused: 'The credentials may not do that. docs/operating.md has the policy that the command needs.',
  absent:
    'There is no such table or queue there: check --region, --stack, and that the credentials are of the same AWS account.',
  unreachable: 'AWS did not answer, or not in time.',
} as const;

/**
 * Names that AWS's services and SDK give to what an operator can mend.
 *
 * @see DynamoDB Developer Guide, "Error handling with DynamoDB"; AWS STS and SQS API References, "Common Errors"
 */
const MEANINGS: Readonly<Record<string, keyof typeof EXPLANATIONS>> = {
  ExpiredToken: 'expired',
  ExpiredTokenException: 'expired',
  RequestExpired: 'expired',
  CredentialsProviderError: 'expired',
  TokenProviderError: 'expired',
  InvalidClientTokenId: 'unknown',
  UnrecognizedClientException: 'unknown',
  InvalidSignatureException: 'unknown',
  SignatureDoesNotMatch: 'unknown',
  IncompleteSignatureException: 'unknown',
  MissingAuthenticationTokenException: 'unknown',
  AccessDenied: 'refused',
  AccessDeniedException: 'refused',
  Status403: 'refused',
  ResourceNotFoundException: 'absent',
  QueueDoesNotExist: 'absent',
  'AWS.SimpleQueueService.NonExistentQueue': 'absent',
  TimeoutError: 'unreachable',
};

/** Errors of ours whose message is the name of the one behind them, and nothing of a row. */
const NAMES_A_CAUSE: ReadonlySet<string> = new Set(['StoreUnavailable', 'SuppressionsUnavailable']);

/** Errors of ours whose message says what to do, and holds nothing of a row. */
const SAYS_WHAT_TO_DO: ReadonlySet<string> = new Set([
  'CallerUnknown',
  'ClockUnusable',
  'NobodyToAsk',
  'NoRunningService',
  'NotSignedIn',
]);

/** What stopped a command. */
export interface Failure {
  /** The name of the error, and of the one behind it; where it says what to do itself, `null`. */
  name: string | null;
  /** A sentence; `null` where there is none. */
  advice: string | null;
}

/** @param name of an error, or a code of AWS's @returns `null` for one that no operator can mend */
export const adviceFor = (name: string): string | null => {
  const meaning = MEANINGS[name];
  return meaning === undefined ? null : EXPLANATIONS[meaning];
};

/**
 * Explains to an operator what stopped a command. Of errors that are not ours the name alone: messages of the SDK can quote a row.
 */
export const explainFailure = (error: unknown): Failure => {
  if (!(error instanceof Error)) return { name: 'unknown error', advice: null };
  const { name, message } = error;
  if (SAYS_WHAT_TO_DO.has(name)) return { name: null, advice: message };
  const cause = NAMES_A_CAUSE.has(name) ? message : null;
  return { name: cause === null ? name : `${name} (${cause})`, advice: adviceFor(cause ?? name) };
};
