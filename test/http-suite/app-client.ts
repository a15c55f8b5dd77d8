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
/** Seconds before a step's end: a code read in them may arrive too late. */
const TOO_LATE_SECONDS = 3;

const nowSeconds = (): number => Date.now() / 1000;
const stepAt = (seconds: number): number => Math.floor(seconds / STEP_SECONDS);

/**
 * An authenticator app that gives each code once. The previous step's code is accepted too (RFC 6238 §5.2), so two
 * codes are available at once; only the third has to be waited for.
 *
 * @param secret Base32
 */
export const makeAuthenticator = (secret: string) => {
  let lastStep = 0;

  return async (): Promise<string> => {
    const sinceStepBegan = nowSeconds() % STEP_SECONDS;
    if (sinceStepBegan > STEP_SECONDS - TOO_LATE_SECONDS) await sleep((STEP_SECONDS - sinceStepBegan) * 1000);
    const step = Math.max(lastStep + 1, stepAt(nowSeconds()) - 1);
    const wait = step * STEP_SECONDS - nowSeconds();
    if (wait > 0) await sleep(wait * 1000);
    lastStep = step;
    return generateSync({ secret, epoch: step * STEP_SECONDS });
  };
};
