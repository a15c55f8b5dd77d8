import { deviates, met, metWith, notMet, type Statements, stated } from './statement.ts';

/** ASVS 5.0 chapter 6. */
export const AUTHENTICATION: Statements = {
  '6.1.1': metWith(
    'The table says what each limit lets an attacker spend, and what it costs the owner meanwhile; the test holds it against the settings.',
    'docs/security.md#what-strangers-can-spend-and-what-it-costs-the-owner',
  ),
  '6.1.2': stated('document', 'the words that no password may hold.', 'docs/inventory.md'),
  '6.1.3': metWith(
    'The document lists the ways in; the test lists the routes that give tokens.',
    'docs/inventory.md',
    'functions/manifest.ts',
  ),
  '6.2.1': met('shared/account/password-policy.ts', 'shared/settings/settings.ts'),
  '6.2.2': met('functions/change-password'),
  '6.2.3': met('functions/change-password'),
  '6.2.4': met('shared/account/password-policy.ts', 'shared/account/common-passwords.json'),
  '6.2.5': met('shared/account/password-policy.ts'),
  '6.2.6': met('web'),
  '6.2.7': met('web'),
  '6.2.8': met('shared/account/password-policy.ts', 'shared/account/password-hasher.ts'),
  '6.2.9': met('shared/account/password-policy.ts'),
  '6.2.10': metWith('No row says how old a password is.', 'shared/account/passwords.ts'),
  '6.2.11': met('shared/account/accept-password.ts', 'shared/primitives/strip-identifiers.ts'),
  '6.2.12': metWith(
    'Every new password is compared with 10,000 common ones, and, where `passwords.breachApi` is on, with the ranges of Have I Been Pwned.',
    'shared/account/breached-passwords.ts',
    'shared/account/password-policy.ts',
  ),
  '6.3.1': met('shared/limits/limits.ts', 'shared/devices/devices.ts', 'shared/two-factor/attempt-policy.ts'),
  '6.3.2': met('functions/complete-sign-up/flow.ts'),
  '6.3.3': metWith(
    'A second factor is the choice of the owner; the document says why, and what stands in for it.',
    'functions/sign-in/flow.ts',
    'docs/inventory.md',
  ),
  '6.3.4': met('functions/manifest.ts', 'shared/two-factor/read-token-caller.ts'),
  '6.4.1': metWith('There are no initial passwords; a sign-up is activated by a token.', 'shared/account/sign-ups.ts'),
  '6.4.2': met('functions/manifest.ts'),
  '6.4.3': met('functions/reset-password/flow.ts', 'shared/account/recoveries.ts'),
  '6.4.4': metWith(
    'A lost factor is replaced with a recovery code and the password. There is no other way: who has lost both has to ask the operator.',
    'shared/two-factor/second-factors.ts',
  ),
  '6.5.1': met('shared/two-factor/match-factor.ts', 'shared/two-factor/verifications.ts'),
  '6.5.2': deviates(
    'a recovery code has 80 bits and is stored as HMAC-SHA-256 under a key that no table holds, and not as a salted password hash: without the keyring no guess can be checked, and checking one costs no time that a flood could use up. Mailed tokens have 130 bits and are stored as SHA-256.',
    'shared/two-factor/factor-secrets.ts',
  ),
  '6.5.3': met('shared/primitives/randomness.ts', 'shared/primitives/crockford.ts'),
  '6.5.4': met('shared/two-factor/recovery-code.ts', 'functions/deliver-messages'),
  '6.5.5': deviates(
    'a code by SMS lives 10 minutes. A code of an app is good in its step of 30 seconds and in those before and after it, for the delay of people and clocks that are off (RFC 6238 §5.2, §6), and only once.',
    'shared/two-factor/totp.ts',
    'shared/contract/lifetimes.ts',
  ),
  '6.6.1': notMet(
    'codes go to proven numbers only and apps are offered first, but nothing tells owners the risks of SMS as they add a number.',
    'functions/verify-code/prove-number.ts',
  ),
  '6.6.2': met('shared/two-factor/verifications.ts'),
  '6.6.3': met('shared/two-factor/attempt-policy.ts'),
};
