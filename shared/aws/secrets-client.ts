import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SECRET_CALL_TIMEOUT_MS, toSecretError } from './secret-errors.ts';

/**
 * Secrets Manager answers in tens of milliseconds, its call of KMS included; a slower call is lost.
 *
 * @see Amazon Builders' Library, "Timeouts, retries, and backoff with jitter"
 */
const REQUEST_TIMEOUT_MS = 2000;

/** A handshake takes a few round trips within the region. @see AWS SDK for JavaScript v3, NodeHttpHandlerOptions */
const CONNECTION_TIMEOUT_MS = 1000;

/** The first and two repeats, the SDKs' standard. @see AWS SDKs and Tools Reference Guide, "Retry behavior" */
const SDK_ATTEMPTS = 3;

/** Makes the client of Secrets Manager for the rotation, which writes as well as reads; region, credentials and endpoint are the SDK's own. */
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
    return await send({ abortSignal: AbortSignal.timeout(SECRET_CALL_TIMEOUT_MS) });
  } catch (error) {
    throw toSecretError(error);
  }
};
