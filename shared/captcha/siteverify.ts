import type { CaptchaProvider } from '../contract/captcha-providers.ts';
import { fetchBounded, makeOutsideService, UnusableAnswer } from '../lambda/outside-service.ts';
import type { Log } from '../observability/log.ts';
import type { Clock } from '../primitives/clock.ts';
import type { CaptchaAttempt } from './captcha-attempt.ts';
import { readSiteverifyAnswer, WRONG_SECRET } from './siteverify-answer.ts';

/** Some hundred bytes today; Turnstile's `cdata` may add 255. */
const ANSWER_MAX_BYTES = 16_384;

/** Both providers' secrets are of these characters, the longest today of 42. */
const SECRET = /^[\w-]{8,200}$/;

/** What differs between the providers. */
const PROVIDERS = {
  /** @see Cloudflare Turnstile, "Validate the token": a token has at most 2048 characters */
  turnstile: {
    url: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
    tokenMaxLength: 2048,
    takesSiteKey: false,
    unnamedHosts: [],
  },
  /** Names no maximum of a response, so that of the field holds. @see hCaptcha Developer Guide, "Verify the User Response Server Side" */
  hcaptcha: {
    url: 'https://api.hcaptcha.com/siteverify',
    tokenMaxLength: 8192,
    takesSiteKey: true,
    // What it says in place of a host while challenge traffic is unusually high: a flood must not refuse all people.
    unnamedHosts: ['not-provided'],
  },
} as const satisfies Record<CaptchaProvider, object>;

/** The secret has no value yet, or one that no provider gives out: it is sent nowhere. */
class CaptchaSecretNotSet extends Error {
  override readonly name = 'CaptchaSecretNotSet';
}

/** Asks the captchas' provider. */
export interface Siteverify {
  /**
   * Whether a response comes from a real client, and for the first time: the provider takes each once.
   *
   * @param attempt with a response
   * @returns `null` where the provider gave no answer
   */
  isGood(attempt: CaptchaAttempt & { token: string }): Promise<boolean | null>;
}

/** Settings of {@link makeSiteverify}. */
export interface SiteverifyOptions {
  provider: CaptchaProvider;
  siteKey: string;
  /** Those whose pages may show the widget; empty for all that the provider allows. */
  hostnames: readonly string[];
  sendsSourceIp: boolean;
  /** Where it is asked; `null` for the provider's own address. */
  url: string | null;
  /** How long a person waits, the reading of the secret included. */
  timeoutMs: number;
  /** Reads what is stored as the secret at the time. */
  readSecret: () => Promise<string>;
  clock: Clock;
  log: Log;
}

/** Makes the port. The secret is read when it is first needed, and again once the provider has refused it. */
export const makeSiteverify = ({
  provider,
  siteKey,
  hostnames,
  sendsSourceIp,
  url,
  readSecret,
  log,
  ...deps
}: SiteverifyOptions): Siteverify => {
  const { url: ownUrl, tokenMaxLength, takesSiteKey, unnamedHosts } = PROVIDERS[provider];
  const goodHosts = hostnames.length === 0 ? [] : [...hostnames, ...unnamedHosts];
  const service = makeOutsideService({ event: 'captcha-check', log, ...deps });
  let reading: Promise<string> | null = null;

  const readOnce = async (): Promise<string> => {
    const secret = (await readSecret()).trim();
    if (!SECRET.test(secret)) throw new CaptchaSecretNotSet();
    return secret;
  };

  const secretNow = async (): Promise<string> => {
    reading ??= readOnce();
    try {
      return await reading;
    } catch (error) {
      reading = null;
      throw error;
    }
  };

  const verdictOf = async ({ token, sourceIp }: CaptchaAttempt & { token: string }, signal: AbortSignal) => {
    const body = new URLSearchParams({
      secret: await secretNow(),
      response: token,
      ...(sendsSourceIp && sourceIp !== null && { remoteip: sourceIp }),
      ...(takesSiteKey && { sitekey: siteKey }),
    });
    const { text } = await fetchBounded(url ?? ownUrl, { method: 'POST', body, maxBytes: ANSWER_MAX_BYTES, signal });
    try {
      return readSiteverifyAnswer(text, goodHosts);
    } catch (error) {
      if (error instanceof UnusableAnswer && error.code === WRONG_SECRET) reading = null; // it may have been replaced
      throw error;
    }
  };

  return {
    isGood: async (attempt) => {
      // The provider would refuse it, and nothing that is made up has to be sent.
      const verdict =
        attempt.token.length > tokenMaxLength ? 'unknown' : await service.ask((signal) => verdictOf(attempt, signal));
      if (verdict !== null && verdict !== 'good') log('info', 'captcha-check', { outcome: 'refused', code: verdict });
      return verdict && verdict === 'good';
    },
  };
};
