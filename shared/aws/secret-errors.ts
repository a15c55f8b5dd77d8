import { ERROR_NAME } from '../primitives/error-name.ts';

/** The secret can't be read or written at the moment, and the caller may try again. No more is told: what was answered can quote a value. */
export class SecretUnavailable extends Error {
  override readonly name = 'SecretUnavailable';
}

/** Secrets Manager refused the call, and would again until somebody mends something. */
export class SecretRefused extends Error {
  override readonly name = 'SecretRefused';
  /** Secrets Manager's word for it, such as `AccessDeniedException`, and nothing else of its answer. */
  readonly code: string;

  constructor(sdkErrorName: string) {
    super();
    this.code = ERROR_NAME.test(sdkErrorName) ? sdkErrorName : 'unknown';
  }
}
