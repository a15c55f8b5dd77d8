import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecretRefused, SecretUnavailable } from './secret-errors.ts';

/** Secrets Manager answers in tens of milliseconds, its call of KMS included; a slower call is lost. */
const REQUEST_TIMEOUT_MS = 2000;
const CONNECTION_TIMEOUT_MS = 1000;
const SDK_ATTEMPTS = 3;

/**
 * For all attempts of a call, so that a waiting request is answered within its 10 s. The client's own timeout covers
 * only the first byte.
 */
const CALL_TIMEOUT_MS = 6000;

interface SdkError extends Error {
  $fault?: 'client' | 'server';
  $retryable?: object;
  $metadata?: { httpStatusCode?: number };
}

/** Client errors by class, but transient. */
const THROTTLED = new Set(['ThrottlingException', 'TooManyRequestsException', 'RequestLimitExceeded']);

const isOutage = ({ name, $fault, $retryable, $metadata }: SdkError): boolean =>
  $fault === 'server' || THROTTLED.has(name) || $retryable !== undefined || $metadata?.httpStatusCode === undefined;

/** Makes the client of Secrets Manager; region, credentials and endpoint are the SDK's own. */
export const openSecretsClient = (): SecretsManagerClient =>
  new SecretsManagerClient({
    maxAttempts: SDK_ATTEMPTS,
    requestHandler: {
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
    },
  });

/**
 * Makes one call with a time limit.
 *
 * @param send passes the options to the client's `send`
 * @throws SecretUnavailable without an answer; SecretRefused where the answer was an error
 */
export const sendBounded = async <Answer>(
  send: (options: { abortSignal: AbortSignal }) => Promise<Answer>,
): Promise<Answer> => {
  try {
    return await send({ abortSignal: AbortSignal.timeout(CALL_TIMEOUT_MS) });
  } catch (error) {
    throw isOutage(error as SdkError) ? new SecretUnavailable() : new SecretRefused((error as Error).name);
  }
};
