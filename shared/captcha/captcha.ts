import { openStoredText } from '../aws/open-stored-text.ts';
import { problem, type ShownCaptcha } from '../contract/problems.ts';
import type { Scope } from '../lambda/scope.ts';
import type { CaptchaAttempt } from './captcha-attempt.ts';
import { makeSiteverify, type Siteverify } from './siteverify.ts';

/** Asks strangers for the response of a captcha. Limits ask it, for they know what is nearly used up. */
export interface Captcha {
  /** Whether a request is asked before it is counted: always, or because it was asked before; otherwise only near a limit. */
  asksFirst(attempt: CaptchaAttempt): boolean;
  /**
   * Lets a request go on that has a good response, and while the provider gives no answer: the limits hold all the same. Asked again
   * for the same request, it says the same, for a response is good once.
   *
   * @throws problem captcha-required
   */
  require(attempt: CaptchaAttempt): Promise<void>;
}

/** Makes it. @param when asked with each request, or only near a limit */
const makeCaptcha = ({
  when,
  shown,
  siteverify,
}: {
  when: 'always' | 'nearLimit';
  shown: ShownCaptcha;
  siteverify: Siteverify;
}): Captcha => {
  const verdicts = new WeakMap<CaptchaAttempt, Promise<void>>();

  const judge = async ({ token, sourceIp }: CaptchaAttempt): Promise<void> => {
    const refusal = (code: 'required' | 'refused') =>
      problem('captcha-required', { errors: [{ field: 'captcha_token', code }], captcha: shown });
    if (token === null) throw refusal('required');
    if ((await siteverify.isGood({ token, sourceIp })) === false) throw refusal('refused');
  };

  return {
    asksFirst: (attempt) => when === 'always' || verdicts.has(attempt),
    require: (attempt) => {
      const verdict = verdicts.get(attempt) ?? judge(attempt);
      verdicts.set(attempt, verdict);
      return verdict;
    },
  };
};

/** `null` where the operator has not switched captchas on: nothing leaves then. */
export const provideCaptcha = ({ settings, config, clock, randomness, log }: Scope<'captcha'>): Captcha | null => {
  const { enabled, when, siteKey, provider, ...others } = settings.captcha;
  if (!enabled || siteKey === null) return null;
  const { captchaSecret } = config;
  if (captchaSecret === null) throw new Error('the contract does not ask for captchas');
  const readText = openStoredText(captchaSecret, { clock, randomness });
  const readSecret = async () => (await readText()).text;
  const siteverify = makeSiteverify({ ...others, provider, siteKey, readSecret, clock, log });
  return makeCaptcha({ when, shown: { provider, siteKey }, siteverify });
};
