import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { AccountSecurityStack } from '../../infra/account-security-stack.ts';
import type { SettingsInput } from '../../shared/settings/settings.ts';
import { builtBundles } from '../support/built-bundles.ts';

const OWN = { productName: 'Bookshelf', sender: 'no-reply@bookshelf.io', publicUrl: 'https://auth.bookshelf.io' };

const ALLOWED = { 'keyturn:allowReservedNames': 'true' }; // text, as from `-c`

/** Makes the stack up to the check of settings. */
const make = (settings: Partial<SettingsInput>, context: Record<string, unknown> = {}) => {
  const app = new App({ context: { 'aws:cdk:disable-asset-staging': true, ...context } });
  return () => new AccountSecurityStack(app, 'Keyturn', { settings: { ...OWN, ...settings } });
};

describe('a name that nobody can own', () => {
  beforeAll(builtBundles);
  afterEach(() => {
    delete process.env.CDK_DEFAULT_ACCOUNT;
  });

  it.each([
    ['sender', 'no-reply@example.com'],
    ['sender', 'no-reply@mail.example.org'],
    ['sender', 'no-reply@bookshelf.test'],
    ['publicUrl', 'https://auth.example.com'],
    ['publicUrl', 'https://auth.bookshelf.invalid'],
  ])('is no %s of a deployment: %s would come up and never mail', (key, value) => {
    process.env.CDK_DEFAULT_ACCOUNT = '111122223333';

    expect(make({ [key]: value })).toThrow(`keyturn.${key} is ${JSON.stringify(value)}: must be a name of your own`);
  });

  it('may be there where no account is known: a fresh clone can be synthesised', () => {
    expect(make({ sender: 'no-reply@example.com' })).not.toThrow();
  });

  it('may be deployed where the context says so: in an emulator nobody waits for a mail', () => {
    process.env.CDK_DEFAULT_ACCOUNT = '111122223333';

    expect(make({ sender: 'no-reply@example.com' }, ALLOWED)).not.toThrow();
  });

  it.each(['no-reply@bookshelf.io', 'no-reply@example.io', 'no-reply@myexample.com', 'no-reply@contest.org'])(
    'is not seen in %s',
    (sender) => {
      process.env.CDK_DEFAULT_ACCOUNT = '111122223333';

      expect(make({ sender })).not.toThrow();
    },
  );
});
