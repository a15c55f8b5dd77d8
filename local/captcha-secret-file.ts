import type { CaptchaProvider } from '../shared/contract/captcha-providers.ts';
import type { Settings } from '../shared/settings/settings.ts';
import { ensureSecretFile } from './secret-file.ts';

/**
 * Published for tests: each takes every response of its own test widget and no other. Test site keys are in docs/operating.md.
 *
 * @see Cloudflare Turnstile, "Test your Turnstile implementation"; hCaptcha Developer Guide, "Integration Testing: Test Keys"
 */
const TEST_SECRETS: Readonly<Record<CaptchaProvider, string>> = {
  turnstile: '1x0000000000000000000000000000000AA',
  hcaptcha: '0x0000000000000000000000000000000000000000',
};

/** Makes sure that there is a secret where captchas are enabled: the provider's own for tests, until another is put there. */
export const ensureCaptchaSecretFile = (path: string, { enabled, provider }: Settings['captcha']): void => {
  if (enabled) ensureSecretFile(path, () => TEST_SECRETS[provider]);
};
