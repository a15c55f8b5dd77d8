import { ERROR_NAME } from '../../shared/primitives/error-name.ts';

/** Both together stay well inside the time for which an intent is held: a slower answer would meet a second attempt. */
const REQUEST_TIMEOUT_MS = 5000;
const CONNECTION_TIMEOUT_MS = 2000;

/** The outbox tries again and knows that it does; a retry in here could send the same message twice unseen. */
const SDK_ATTEMPTS = 1;

const ownNameOf = (error: unknown): string =>
  error instanceof Error && ERROR_NAME.test(error.name) ? error.name : 'UnknownError';

/** How the SDK's clients are made to hand a message over: once, within bounds, and silent about why not. */
export interface SdkSend {
  /** For the client's constructor. */
  clientOptions: {
    maxAttempts: number;
    requestHandler: { requestTimeout: number; throwOnRequestTimeout: boolean; connectionTimeout: number };
  };
  /**
   * Sends once.
   * @param send hands the options on to the client's `send`
   * @throws what `notSent` makes of the name of an error
   */
  once(send: (options: { abortSignal: AbortSignal }) => Promise<unknown>): Promise<void>;
}

/**
 * Sets the rules that every way out goes by.
 *
 * @param requestTimeoutMs how long the service may take to begin an answer, in milliseconds; 5 s unless set
 * @param nameOf what an error is called where its own name doesn't tell enough, as a constant; `null` leaves its name
 * @param notSent the error that says so, of which `name` is all that is told
 */
export const sdkSend = ({
  requestTimeoutMs = REQUEST_TIMEOUT_MS,
  nameOf = () => null,
  notSent,
}: {
  requestTimeoutMs: number | undefined;
  nameOf?: (error: unknown) => string | null;
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
  once: async (send) => {
    // The SDK's own timeout ends with the first byte of an answer; an answer that never ends must not hold us either.
    const abortSignal = AbortSignal.timeout(requestTimeoutMs + CONNECTION_TIMEOUT_MS);
    try {
      await send({ abortSignal });
    } catch (error) {
      throw notSent(nameOf(error) ?? ownNameOf(error));
    }
  },
});
