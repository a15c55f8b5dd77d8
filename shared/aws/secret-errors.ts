import { ERROR_NAME } from '../primitives/error-name.ts';

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
