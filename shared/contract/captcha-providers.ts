/** Providers of captchas, which speak one protocol. */
export const CAPTCHA_PROVIDERS = ['turnstile', 'hcaptcha'] as const;

export type CaptchaProvider = (typeof CAPTCHA_PROVIDERS)[number];
