import { type AwsRefusal, AwsRefused } from '../aws/aws-operation.ts';
import { type AwsErrorMeaning, meaningOf } from '../aws/error-meanings.ts';

/** What an operator can do about it, by what it means. */
const EXPLANATIONS = {
  expired: 'The credentials have expired: sign in to AWS again (aws sso login, or your own way).',
  unknown:
    'AWS does not know these credentials: is AWS_PROFILE the one that is meant, and the clock of this machine right?',
  refused: 'The credentials may not do that. --help says what the command needs.',
  absent:
    'There is no such resource there: check --region, --stack, and that the credentials are of the same AWS account.',
  unreachable: 'AWS did not answer, or not in time.',
  throttled: 'AWS throttles these calls: wait a minute.',
} as const satisfies Record<AwsErrorMeaning | 'throttled', string>;

/** The same for an error whose name does not tell. */
const BY_REFUSAL: Readonly<Record<AwsRefusal, keyof typeof EXPLANATIONS | null>> = {
  denied: 'refused',
  credentials: 'unknown',
  throttled: 'throttled',
  unreachable: 'unreachable',
  garbled: null,
  refused: null,
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

const adviceFor = (meaning: keyof typeof EXPLANATIONS | null): string | null =>
  meaning === null ? null : EXPLANATIONS[meaning];

/**
 * Explains to an operator what stopped a command. Of errors that are not ours the name alone: messages of the SDK can quote a row.
 */
export const explainFailure = (error: unknown): Failure => {
  if (!(error instanceof Error)) return { name: 'unknown error', advice: null };
  if (error instanceof AwsRefused) {
    const { code, refusal } = error;
    return { name: code, advice: adviceFor(meaningOf(code) ?? BY_REFUSAL[refusal]) };
  }
  const { name, message } = error;
  if (SAYS_WHAT_TO_DO.has(name)) return { name: null, advice: message };
  const cause = NAMES_A_CAUSE.has(name) ? message : null;
  return { name: cause === null ? name : `${name} (${cause})`, advice: adviceFor(meaningOf(cause ?? name)) };
};
