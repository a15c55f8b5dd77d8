import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureCaptchaSecretFile } from '../../local/captcha-secret-file.ts';
import { parseSettings, type SettingsInput } from '../../shared/settings/settings.ts';
import { PLAIN_SETTINGS } from '../support/lone-runtime.ts';

const settingsOf = (captcha: SettingsInput['captcha']) => parseSettings({ ...PLAIN_SETTINGS, captcha }).captcha;

describe("the secret of the captchas' provider on a laptop", () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keyturn-captcha-'));
    path = join(folder, 'captcha-secret');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    ['turnstile', '1x0000000000000000000000000000000AA'],
    ['hcaptcha', '0x0000000000000000000000000000000000000000'],
  ] as const)('is the one that %s publishes for tests, readable by its owner only', (provider, secret) => {
    ensureCaptchaSecretFile(path, settingsOf({ enabled: true, provider, siteKey: 'a-site-key' }));

    expect(readFileSync(path, 'utf8').trim()).toBe(secret);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('stays as it is where it is there', () => {
    writeFileSync(path, 'a secret of my own');

    ensureCaptchaSecretFile(path, settingsOf({ enabled: true, siteKey: 'a-site-key' }));

    expect(readFileSync(path, 'utf8')).toBe('a secret of my own');
  });

  it('is not made where captchas are off', () => {
    ensureCaptchaSecretFile(path, settingsOf({}));

    expect(existsSync(path)).toBe(false);
  });
});
