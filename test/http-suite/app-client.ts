import { setTimeout as sleep } from 'node:timers/promises';
import { generateSync } from 'otplib';
import { sendRaw } from '../support/raw-http.ts';

/** An answer with its body. */
export interface AppAnswer {
  status: number;
  /** `null` without a body. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
}

/** An app that keeps tokens and sends JSON, from an address of its own. */
export const makeAppClient =
  (apiUrl: string, localAddress: string) =>
  async (
    line: string,
    { token, body, key }: { token?: string; body?: object; key?: string } = {},
  ): Promise<AppAnswer> => {
    const { status, text } = await sendRaw(
      apiUrl,
      {
        line,
        headers: [
          ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
          ...(key === undefined ? [] : [`idempotency-key: ${key}`]),
          ...(body === undefined ? [] : ['content-type: application/json']),
        ],
        ...(body && { body: JSON.stringify(body) }),
      },
      localAddress,
    );
    return { status, body: text === '' ? null : JSON.parse(text) };
  };

const STEP_SECONDS = 30;
/** The code of the step before is given only where this many seconds are left to bring it: a busy machine is slow. */
const TIME_TO_ARRIVE_SECONDS = 10;

const nowSeconds = (): number => Date.now() / 1000;

/**
 * An authenticator app that gives each code once. The previous step's code is accepted too (RFC 6238 §5.2), so mostly
 * two codes are available at once; only the one after them has to be waited for.
 *
 * @param secret Base32
 */
export const makeAuthenticator = (secret: string) => {
  let lastStep = 0;

  return async (): Promise<string> => {
    const earliestStep = Math.floor((nowSeconds() + TIME_TO_ARRIVE_SECONDS) / STEP_SECONDS) - 1;
    const step = Math.max(lastStep + 1, earliestStep);
    const beginsAtSeconds = step * STEP_SECONDS;
    // A timer may end a millisecond early, when the code is not valid yet.
    while (nowSeconds() < beginsAtSeconds) await sleep(Math.ceil((beginsAtSeconds - nowSeconds()) * 1000));
    lastStep = step;
    return generateSync({ secret, epoch: beginsAtSeconds });
  };
};
