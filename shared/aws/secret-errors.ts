import { ERROR_NAME } from '../primitives/error-name.ts';
import { isOutage, type SdkError } from './aws-errors.ts';

/**
 * For all attempts of a call, so that a waiting request is answered within its 10 s (infra/sizing.ts).
 *
 * @see Amazon Builders' Library, "Timeouts, retries, and backoff with jitter"
 */
export const SECRET_CALL_TIMEOUT_MS = 6000;

/** The secret can't be read or written now; the caller may retry. Without details: an answer can quote a value. */
export class SecretUnavailable extends Error {
  override readonly name = 'SecretUnavailable';
}

/** Secrets Manager refused the call; a retry would not help. */
export class SecretRefused extends Error {
  override readonly name = 'SecretRefused';
  /** The error code, such as `AccessDeniedException`, and nothing else of the answer. */
  readonly code: string;

  constructor(sdkErrorName: string) {
    super();
    this.code = ERROR_NAME.test(sdkErrorName) ? sdkErrorName : 'unknown';
  }
}

/** What a failed call of Secrets Manager is to its caller. */
export const toSecretError = (error: unknown): SecretUnavailable | SecretRefused =>
  isOutage(error as SdkError) ? new SecretUnavailable() : new SecretRefused((error as Error).name);
