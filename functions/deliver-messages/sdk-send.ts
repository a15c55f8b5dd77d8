import { ERROR_NAME } from '../../shared/primitives/error-name.ts';

/**
 * With the next one it ends well within an intent's lease (LEASE_SECONDS); a slower answer would overlap with a second attempt.
 *
 * @see Amazon Builders' Library, "Timeouts, retries, and backoff with jitter"
 */
const REQUEST_TIMEOUT_MS = 5000;

/** @see AWS SDK for JavaScript v3, NodeHttpHandlerOptions, connectionTimeout */
const CONNECTION_TIMEOUT_MS = 2000;

/**
 * The outbox retries; a retry in the SDK could send a message twice unnoticed.
 *
 * @see AWS SDKs and Tools Reference Guide, "Retry behavior", max_attempts
 */
const SDK_ATTEMPTS = 1;

const ownNameOf = (error: unknown): string =>
  error instanceof Error && ERROR_NAME.test(error.name) ? error.name : 'UnknownError';

/** Rules for sending with the SDK's clients: once, with time limits, and without details of a failure. */
export interface SdkSend {
  /** For the client's constructor. */
  clientOptions: {
    maxAttempts: number;
    requestHandler: { requestTimeout: number; throwOnRequestTimeout: boolean; connectionTimeout: number };
  };
  /**
   * Sends once.
   * @param send passes the options to the client's `send`
   * @param nameOf a more specific name for an error, from a fixed list; `null` keeps its own
   * @throws the result of `notSent`
   */
  once(
    send: (options: { abortSignal: AbortSignal }) => Promise<unknown>,
    nameOf?: (error: unknown) => string | null,
  ): Promise<void>;
}

/**
 * Makes the rules that both senders share.
 *
 * @param requestTimeoutMs milliseconds until the service must begin an answer; 5 s unless set
 * @param notSent makes the error to throw from that name alone
 */
export const sdkSend = ({
  requestTimeoutMs = REQUEST_TIMEOUT_MS,
  notSent,
}: {
  requestTimeoutMs: number | undefined;
  notSent: (name: string) => Error;
}): SdkSend => ({
  clientOptions: {
    maxAttempts: SDK_ATTEMPTS,
    requestHandler: {
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
    },
  },
  once: async (send, nameOf = () => null) => {
    // The SDK's own timeout covers only the first byte; this bounds the whole answer.
    const abortSignal = AbortSignal.timeout(requestTimeoutMs + CONNECTION_TIMEOUT_MS);
    try {
      await send({ abortSignal });
    } catch (error) {
      throw notSent(nameOf(error) ?? ownNameOf(error));
    }
  },
});
